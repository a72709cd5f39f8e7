//! The desk of one dossier: the piece chosen, the verdict being chosen, what is sent.

import { SvelteMap } from "svelte/reactivity";
import {
  AppFailure,
  errorOf,
  ipc,
  type AppError,
  type CitationView,
  type DossierView,
  type OutcomeView,
} from "../../ipc";
import type { Answer } from "../../shared/keys";
import { attempt } from "../../shared/notice.svelte";
import { Query } from "../../shared/query.svelte";
import { say } from "../../shared/status.svelte";
import { dossier as texts, proof } from "../../texts/dossier";
import { sentence } from "../../texts/errors";
import { clock, lowerFirst, until } from "../../texts/format";
import { outcomes, pieceStatuses } from "../../texts/states";
import { earlier as earlierTexts, news, reservation } from "../../texts/together";
import {
  choiceOf,
  cites,
  pieceName,
  reasonLabels,
  rowKey,
  sameAs,
  sameChoice,
  slotOf,
  statusOf,
  takesReasons,
  withCitation,
  withOutcome,
  withReason,
  type Choice,
  type PieceRow,
} from "./pieces";

/** How long a dossier is said to be worked on: half a day. */
const RESERVED_HOURS = 4;

type Change = (choice: Choice, row: PieceRow) => Choice;
export type Tab = "pieces" | "review" | "history";

export class Desk {
  readonly id: string;
  readonly dossier: Query<DossierView>;
  /** The part of the dossier on screen. */
  tab = $state<Tab>("pieces");
  /** What the last action met, beside the piece it was on. */
  failure = $state.raw<{ key: string; error: AppError }>();
  #key = $state<string>();
  #choices = new SvelteMap<string, Choice>();
  #last: Choice | undefined;
  #busy = false;
  #waiting: (() => void)[] = [];

  constructor(id: string) {
    this.id = id;
    this.dossier = new Query<DossierView>(() => ipc.openDossier(id));
  }

  readonly rows: PieceRow[] = $derived.by(() =>
    (this.dossier.value?.groups ?? []).flatMap((group) =>
      group.pieces.map((piece) => ({ key: rowKey(piece), piece })),
    ),
  );
  /** The row chosen; until then the first to examine, else the first. A replaced file keeps its slot. */
  readonly row: PieceRow | undefined = $derived.by(() => {
    const slot = this.#key && slotOf(this.#key);
    return (
      this.rows.find((row) => row.key === this.#key) ??
      this.rows.find((row) => row.piece.slot === slot) ??
      this.rows.find((row) => row.piece.deposit && !row.piece.deposit.verdict) ??
      this.rows[0]
    );
  });
  readonly index: number = $derived(this.row ? this.rows.indexOf(this.row) : -1);
  readonly kept: Choice = $derived(choiceOf(this.row?.piece.deposit?.verdict));
  readonly choice: Choice = $derived((this.row && this.#choices.get(this.row.key)) ?? this.kept);
  readonly changed: boolean = $derived(!sameChoice(this.choice, this.kept));
  readonly error: AppError | undefined = $derived(
    this.failure?.key === this.row?.key ? this.failure?.error : undefined,
  );
  /** Whether a verdict can be given on the row: a file that is here, in a dossier one may write. */
  readonly open: boolean = $derived.by(
    () => !!this.row?.piece.deposit?.here && !!this.dossier.value?.writable,
  );

  get hasUnsaved(): boolean {
    return this.#choices.size > 0;
  }

  select(key: string): void {
    this.#key = key;
  }

  /** The row of a slot, where the news lead. */
  selectSlot(slot: string): void {
    const row = this.rows.find((each) => each.piece.slot === slot);
    if (!row) return;
    this.tab = "pieces";
    this.select(row.key);
  }

  move(by: 1 | -1): void {
    const next = this.rows[this.index + by];
    if (next) this.select(next.key);
    else if (by > 0) say(texts.last);
  }

  /** The piece `by` rows away, with what it is, for the file to fetch early. */
  neighbour(by: 1 | -1): PieceRow | undefined {
    return this.rows[this.index + by];
  }

  choose(outcome: OutcomeView): void {
    this.#change((choice) => withOutcome(choice, outcome));
  }

  toggleReason(index: number): void {
    this.#change((choice) => {
      const reason = this.row?.piece.reasons[index];
      if (!reason) return choice;
      if (!takesReasons(choice.outcome) && choice.outcome) {
        say(texts.noReasonHere(outcomes[choice.outcome]));
        return choice;
      }
      return withReason(choice, reason.code);
    });
  }

  comment(text: string): void {
    this.#change((choice) => ({ ...choice, comment: text }), false);
  }

  /** Cites a place of the file, or no longer. */
  cite(place: CitationView): void {
    this.#aboutShown(() => {
      const before = this.choice;
      if (!this.#put((choice) => withCitation(choice, place), false)) return;
      if (sameChoice(this.choice, before)) say(proof.most);
      else say(cites(this.choice, place) ? proof.added(place) : proof.removed(place));
    });
  }

  /** The verdict of the piece settled just before, else of the row above. */
  same(): void {
    const above = this.rows
      .slice(0, Math.max(0, this.index))
      .reverse()
      .find((row) => row.piece.deposit?.verdict);
    const previous = this.#last ?? (above && choiceOf(above.piece.deposit?.verdict));
    if (!previous?.outcome) {
      say(texts.noSame);
      return;
    }
    const { outcome } = previous;
    this.#change((_, row) => sameAs(previous, row.piece), false);
    if (this.open) say(texts.same(outcomes[outcome]));
  }

  /** After a replacement, with one key: the new version corrects it, does not, or has another fault. */
  answer(answer: Answer): void {
    this.#aboutShown(() => this.#answer(answer));
  }

  /** Says to others that one works on it. */
  reserve(): void {
    this.#whenIdle(() => this.#reserve(RESERVED_HOURS));
  }

  /** Says to others that one no longer does. */
  release(): void {
    this.#whenIdle(() => this.#reserve(0));
  }

  /** Notes that the dossier was seen as it is; `aloud` where somebody asked for it. */
  async looked(aloud = false): Promise<void> {
    if (!this.dossier.value) return;
    if (!aloud) {
      await ipc.looked(this.id).catch(() => undefined);
      // What was new is not, when it is opened again; no event says so.
      this.dossier.invalidate();
      return;
    }
    const done = await attempt(async () => {
      await ipc.looked(this.id);
      return true;
    });
    if (!done) return;
    say(news.seenSaid);
    await this.dossier.refresh();
  }

  validate(stay: boolean): void {
    this.#whenIdle(() => this.#validate(stay));
  }

  /** Takes the last decision back; `shown` is called once there is something to see. */
  undo(shown: () => void): void {
    this.#whenIdle(() => this.#undo(shown));
  }

  #change(change: Change, aloud = true): void {
    this.#whenIdle(() => void this.#put(change, aloud));
  }

  /** Puts another choice on the row; false where none can be made. */
  #put(change: Change, aloud: boolean): boolean {
    const { row } = this;
    if (!row) return false;
    if (!this.open) {
      this.#sayWhyClosed();
      return false;
    }
    const choice = change(this.choice, row);
    if (sameChoice(choice, this.kept)) this.#choices.delete(row.key);
    else this.#choices.set(row.key, choice);
    if (this.failure?.key === row.key) this.failure = undefined;
    if (aloud && choice.outcome) this.#sayChoice(choice, row);
    return true;
  }

  async #reserve(hours: number): Promise<void> {
    const view = await attempt(() => ipc.reserve(this.id, hours));
    if (!view) return;
    this.dossier.set(view);
    const end = hours > 0 ? view.reservation?.until : undefined;
    say(end ? reservation.reserved(until(end, Date.now())) : reservation.released, "ok");
  }

  #answer(answer: Answer): void | Promise<void> {
    const earlier = this.row?.piece.earlier;
    if (!earlier || this.row?.piece.deposit?.verdict) return;
    if (answer === "stays" && earlier.verdict.outcome !== "rejected") return;
    const put = this.#put((choice, row) => {
      if (answer === "fixes") return withOutcome(choice, "accepted");
      const said = choiceOf(answer === "stays" ? earlier.verdict : undefined);
      return sameAs({ ...said, outcome: "rejected" }, row.piece);
    }, false);
    if (!put) return;
    if (answer !== "other") return this.#validate(false);
    say(earlierTexts.otherSaid);
  }

  async #validate(stay: boolean): Promise<void> {
    const { row, choice } = this;
    const deposit = row?.piece.deposit;
    if (!row || !deposit || !this.open) {
      this.#sayWhyClosed();
      if (!stay) this.move(1);
      return;
    }
    if (!choice.outcome) {
      say(texts.chooseFirst);
      return;
    }
    if (!this.changed) {
      say(texts.unchanged(outcomes[choice.outcome]));
      if (!stay) this.move(1);
      return;
    }
    try {
      const comment = choice.comment.trim() || null;
      const view = await ipc.settlePiece(this.id, row.piece.slot, deposit.id, {
        outcome: choice.outcome,
        reasons: choice.reasons,
        comment,
        citations: choice.citations,
      });
      this.dossier.set(view);
      this.#choices.delete(row.key);
      this.#key = row.key;
      this.#last = choice;
      this.failure = undefined;
      say(texts.saved(outcomes[choice.outcome], pieceName(row.piece), clock(Date.now())), "ok");
      if (!stay) this.#next();
    } catch (thrown) {
      this.#fail(row.key, thrown);
    }
  }

  #next(): void {
    const next =
      this.rows.slice(this.index + 1).find((row) => row.piece.deposit) ?? this.rows[this.index + 1];
    if (next) this.select(next.key);
  }

  async #undo(shown: () => void): Promise<void> {
    try {
      const undone = await ipc.undo(this.id);
      this.dossier.set(undone.dossier);
      this.failure = undefined;
      const row = undone.slot ? this.rows.find((each) => each.piece.slot === undone.slot) : undefined;
      if (row) {
        this.#choices.delete(row.key);
        this.select(row.key);
      }
      this.tab = row ? "pieces" : "review";
      shown();
      const what = row
        ? pieceName(row.piece)
        : undone.kind === "sign_assessment"
          ? texts.undoneReview
          : texts.undoneOther;
      say(`${texts.undone(what)} ${undone.withdrawn ? texts.undoneWithdrawn : texts.undoneRevoked}`, "ok");
    } catch (thrown) {
      const error = errorOf(thrown);
      say(sentence(error).what);
      if (error.code !== "nothing_to_undo" && this.row) this.failure = { key: this.row.key, error };
    }
  }

  #fail(key: string, thrown: unknown): void {
    const error = errorOf(thrown);
    this.failure = { key, error };
    // What was decided elsewhere meanwhile is worth seeing.
    if (thrown instanceof AppFailure) this.dossier.invalidate();
    say(sentence(error).what);
  }

  #sayChoice(choice: Choice, row: PieceRow): void {
    const outcome = choice.outcome ? outcomes[choice.outcome] : "";
    const labels = reasonLabels(row.piece, choice.reasons).map(lowerFirst).join(", ");
    say(labels ? texts.chosenWithReasons(outcome, labels) : texts.chosen(outcome));
  }

  #sayWhyClosed(): void {
    const { row } = this;
    const view = this.dossier.value;
    if (!row || !view) return;
    if (!view.writable) say(view.read_only ? sentence(view.read_only).what : texts.readOnly);
    else if (!row.piece.deposit) say(`${pieceStatuses[statusOf(row.piece)]}. ${texts.expectedNote}`);
    else if (!row.piece.deposit.here) say(`${texts.notHereTitle} ${texts.notHereNote}`);
  }

  /** One thing at a time: keys typed during a write act on the piece that follows it. */
  #whenIdle(action: () => void | Promise<void>): void {
    if (this.#busy) {
      this.#waiting.push(() => this.#whenIdle(action));
      return;
    }
    const running = action();
    if (!running) return;
    this.#busy = true;
    void running.finally(() => {
      this.#busy = false;
      // Each waiting action may start a write, behind which the others wait again.
      const waiting = this.#waiting;
      this.#waiting = [];
      waiting.forEach((resume) => resume());
    });
  }

  /** The same for what is about the piece on screen: pressed during a write, it is not about the next. */
  #aboutShown(action: () => void | Promise<void>): void {
    const shown = this.row?.key;
    this.#whenIdle(() => (this.row?.key === shown ? action() : undefined));
  }
}
