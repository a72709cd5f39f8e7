//! The list of pieces of a dossier: rows, words, counts. No rule, only reading.

import type { CitationView, DossierView, PieceGroupView, PieceView, VerdictView } from "../../ipc";
import { dossier as texts } from "../../texts/dossier";
import type { PieceStatus } from "../../texts/states";

export interface PieceRow {
  /** Slot and deposit: what tells the row apart. */
  key: string;
  piece: PieceView;
}

export interface PieceGroup {
  key: string;
  title: string;
  rows: PieceRow[];
  done: number;
  total: number;
}

/** The key of the row of a slot and the file deposited there, if any. */
export function keyOf(slot: string, deposit: string | undefined): string {
  return `${slot}|${deposit ?? ""}`;
}

/** The slot that the key of a row names. */
export function slotOf(key: string): string {
  return key.slice(0, key.lastIndexOf("|"));
}

export function rowKey(piece: PieceView): string {
  return keyOf(piece.slot, piece.deposit?.id);
}

export function pieceName(piece: PieceView): string {
  return texts.pieceName(piece.kind, piece.label ?? null);
}

const SETTLED = ["accepted", "issue", "exempted", "not_required"];

/** Slots settled, out of all; a slot with several files counts once. */
export function progress(groups: PieceGroupView[]): { done: number; total: number; open: number } {
  const states = new Map(groups.flatMap((group) => group.pieces.map((piece) => [piece.slot, piece.state])));
  const all = [...states.values()];
  return {
    done: all.filter((state) => SETTLED.includes(state)).length,
    total: all.length,
    open: all.filter((state) => state === "deposited" || state === "reopened").length,
  };
}

export function groupsOf(view: DossierView): PieceGroup[] {
  return view.groups.map((group, index) => {
    const { done, total } = progress([group]);
    return {
      key: `${group.part}:${group.job?.key ?? index}`,
      title: groupTitle(group),
      rows: group.pieces.map((piece) => ({ key: rowKey(piece), piece })),
      done,
      total,
    };
  });
}

function groupTitle(group: PieceGroupView): string {
  if (group.job) return group.job.employer;
  return group.part === "curriculum" ? texts.curriculum : texts.experience;
}

export function statusOf(piece: PieceView): PieceStatus {
  if (piece.deposit?.verdict) return piece.deposit.verdict.outcome;
  if (piece.state === "exempted") return "exempted";
  if (piece.state === "not_required") return "not_applicable";
  if (!piece.deposit) return "expected";
  if (piece.deposit.replaces > 0) return "new_version";
  return piece.state === "reopened" ? "reopened" : "to_examine";
}

/** What to read beside a piece: the file before it in its slot, else the next one there is. */
export function counterpart(rows: PieceRow[], key: string | undefined): PieceRow | undefined {
  const here = (row: PieceRow | undefined) => !!row?.piece.deposit?.here;
  const index = rows.findIndex((row) => row.key === key);
  const slot = rows[index]?.piece.slot;
  const before = rows.slice(0, Math.max(0, index)).reverse();
  return (
    before.find((row) => row.piece.slot === slot && here(row)) ??
    rows.slice(index + 1).find(here) ??
    before.find(here)
  );
}

/** The small line under the name of a piece. */
export function detailOf(piece: PieceView): string {
  const { deposit } = piece;
  if (!deposit) return piece.required ? texts.noFile : `${texts.noFile}, ${texts.useful}`;
  if (!deposit.here) return texts.notHere;
  const words: string[] = [];
  if (deposit.replaces > 0) words.push(texts.version(deposit.replaces + 1));
  const labels = deposit.verdict ? reasonLabels(piece, deposit.verdict.reasons) : [];
  if (labels.length > 0) words.push(labels.join(", "));
  return words.join(" · ");
}

export function reasonLabels(piece: PieceView, codes: string[]): string[] {
  return codes.map((code) => piece.reasons.find((reason) => reason.code === code)?.label ?? code);
}

export interface Choice {
  outcome: VerdictView["outcome"] | null;
  reasons: string[];
  comment: string;
  citations: CitationView[];
}

/** The most places a verdict cites, as the rules have it. */
const CITATIONS = 20;

export function choiceOf(verdict: VerdictView | null | undefined): Choice {
  return {
    outcome: verdict?.outcome ?? null,
    reasons: verdict?.reasons ?? [],
    comment: verdict?.comment ?? "",
    citations: verdict?.citations ?? [],
  };
}

export function sameChoice(a: Choice, b: Choice): boolean {
  return (
    a.outcome === b.outcome &&
    a.comment.trim() === b.comment.trim() &&
    [...a.reasons].sort().join("\n") === [...b.reasons].sort().join("\n") &&
    placesOf(a) === placesOf(b)
  );
}

function placeOf({ page, zone }: CitationView): string {
  return zone ? [page, zone.x, zone.y, zone.width, zone.height].join(",") : String(page);
}

function placesOf(choice: Choice): string {
  return choice.citations.map(placeOf).sort().join("\n");
}

/** Whether the choice cites this place. */
export function cites(choice: Choice, place: CitationView): boolean {
  return choice.citations.some((each) => placeOf(each) === placeOf(place));
}

/** The choice after a place is cited, or no longer; unchanged where it would be one too many. */
export function withCitation(choice: Choice, place: CitationView): Choice {
  if (!cites(choice, place) && choice.citations.length >= CITATIONS) return choice;
  const citations = cites(choice, place)
    ? choice.citations.filter((each) => placeOf(each) !== placeOf(place))
    : [...choice.citations, place].sort((a, b) => a.page - b.page);
  return { ...choice, citations };
}

export function takesReasons(outcome: Choice["outcome"]): boolean {
  return outcome !== "accepted" && outcome !== "not_applicable";
}

/** The choice after a verdict key: reasons only stay with a verdict that takes them. */
export function withOutcome(choice: Choice, outcome: VerdictView["outcome"]): Choice {
  return { ...choice, outcome, reasons: takesReasons(outcome) ? choice.reasons : [] };
}

/** The choice after a reason is put on or off; from no verdict it also sets *non conforme*. */
export function withReason(choice: Choice, code: string): Choice {
  if (!takesReasons(choice.outcome)) return choice;
  const reasons = choice.reasons.includes(code)
    ? choice.reasons.filter((each) => each !== code)
    : [...choice.reasons, code];
  return { ...choice, outcome: choice.outcome ?? "rejected", reasons };
}

/** The verdict given before, as far as this piece's catalogue has its reasons; of its pages none are here. */
export function sameAs(previous: Choice, piece: PieceView): Choice {
  const known = piece.reasons.map((reason) => reason.code);
  return { ...previous, reasons: previous.reasons.filter((code) => known.includes(code)), citations: [] };
}
