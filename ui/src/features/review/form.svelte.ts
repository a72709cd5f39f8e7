//! What is being written of an opinion, saved as one types.

import {
  errorOf,
  ipc,
  type AppError,
  type AssessmentView,
  type DossierView,
  type Level,
  type ReviewLevelView,
} from "../../ipc";
import { say } from "../../shared/status.svelte";
import { clock } from "../../texts/format";
import { review as texts } from "../../texts/review";
import { assessmentWords } from "../../texts/states";
import { markText, parseMark } from "./mark";

const PAUSE_MS = 400;

export class ReviewForm {
  assessment = $state<AssessmentView | null>(null);
  markText = $state("");
  reasons = $state("");
  savedAt = $state<string | null>(null);
  error = $state.raw<AppError>();
  /** A word about what is missing before signing. */
  hint = $state("");
  signing = $state(false);
  readonly mark: number | null = $derived(parseMark(this.markText));
  #dossier: string;
  #level: Level;
  #byMark: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #dirty = false;

  constructor(dossier: string, level: Level, byMark: boolean, from: ReviewLevelView) {
    this.#dossier = dossier;
    this.#level = level;
    this.#byMark = byMark;
    const signed = from.signed?.mine ? from.signed : undefined;
    this.assessment = from.draft?.assessment ?? signed?.assessment ?? null;
    this.markText =
      from.draft?.mark_text ??
      (signed?.assessment.kind === "mark" ? markText(signed.assessment.hundredths) : "");
    this.reasons = from.draft?.reasons ?? signed?.reasons ?? "";
    this.savedAt = from.draft?.saved_at ?? null;
  }

  choose(kind: Exclude<AssessmentView["kind"], "mark">): void {
    const months = this.assessment?.kind === "internship" ? this.assessment.months : 3;
    this.assessment = kind === "internship" ? { kind, months } : { kind };
    this.changed();
  }

  chooseMonths(months: number): void {
    this.assessment = { kind: "internship", months };
    this.changed();
  }

  /** Saves a little later, so that a word is one write. */
  changed(): void {
    this.#dirty = true;
    this.hint = "";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** Saves now what is not saved yet. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  async #save(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    try {
      this.savedAt = await ipc.saveDraft(this.#dossier, this.#level, {
        assessment: this.#byMark ? null : $state.snapshot(this.assessment),
        mark_text: this.markText,
        reasons: this.reasons,
        saved_at: null,
      });
      this.error = undefined;
    } catch (thrown) {
      this.#dirty = true;
      this.error = errorOf(thrown);
    }
  }

  /** Signs what is written; gives the dossier after it. */
  async sign(): Promise<DossierView | undefined> {
    if (this.signing) return undefined;
    const assessment = this.#signable();
    if (!assessment) return undefined;
    this.signing = true;
    await this.flush();
    try {
      const view = await ipc.signAssessment(this.#dossier, this.#level, assessment, this.reasons.trim());
      this.error = undefined;
      say(texts.signed(assessmentWords(assessment), clock(Date.now())), "ok");
      return view;
    } catch (thrown) {
      this.error = errorOf(thrown);
      return undefined;
    } finally {
      this.signing = false;
    }
  }

  #signable(): AssessmentView | undefined {
    if (this.#byMark) {
      if (this.mark !== null) return { kind: "mark", hundredths: this.mark };
      this.hint = this.markText.trim() ? texts.markInvalid : texts.markFirst;
    } else {
      if (this.assessment && this.assessment.kind !== "mark") return $state.snapshot(this.assessment);
      this.hint = texts.chooseFirst;
    }
    say(this.hint);
    return undefined;
  }
}
