//! What the list shows of the rows, without any rule: views, counts, words.

import type { DossierRowView, JuryRowView } from "../../ipc";

export type ViewId = "all" | "toExamine" | "here" | "unsent" | `jury:${string}`;
export const FIXED_VIEWS = ["all", "toExamine", "here", "unsent"] as const;

export function isIn(view: ViewId, row: DossierRowView): boolean {
  if (view.startsWith("jury:")) return row.jury === view.slice("jury:".length);
  switch (view) {
    case "toExamine":
      return row.open > 0;
    case "here":
      return row.copy.copy !== "summary";
    case "unsent":
      return row.unsent > 0;
    default:
      return true;
  }
}

export function rowsOf(view: ViewId, rows: DossierRowView[]): DossierRowView[] {
  return view === "all" ? rows : rows.filter((row) => isIn(view, row));
}

export function counts(rows: DossierRowView[]): Record<(typeof FIXED_VIEWS)[number], number> {
  return {
    all: rows.length,
    toExamine: rowsOf("toExamine", rows).length,
    here: rowsOf("here", rows).length,
    unsent: rowsOf("unsent", rows).length,
  };
}

export interface Figures {
  dossiers: number;
  here: number;
  open: number;
  unsent: number;
}

export function figures(rows: DossierRowView[]): Figures {
  return {
    dossiers: rows.length,
    here: rowsOf("here", rows).length,
    open: rows.reduce((sum, row) => sum + row.open, 0),
    unsent: rows.reduce((sum, row) => sum + row.unsent, 0),
  };
}

/** Pieces settled one way or the other, out of all. */
export function settled(row: Pick<DossierRowView, "fine" | "issues" | "open" | "expected">): {
  done: number;
  total: number;
} {
  const done = row.fine + row.issues;
  return { done, total: done + row.open + row.expected };
}

export function juryOf(row: DossierRowView, juries: JuryRowView[]): JuryRowView | undefined {
  return juries.find((jury) => jury.id === row.jury);
}

/** Where a key leads in a list, or nothing if it is not one of its keys. */
export function moved(key: string, index: number, length: number): number | null {
  if (length === 0) return null;
  const to: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + 10,
    PageUp: index - 10,
    Home: 0,
    End: length - 1,
  };
  const target = to[key];
  return target === undefined ? null : Math.max(0, Math.min(length - 1, target));
}
