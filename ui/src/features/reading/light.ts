//! The light table: every page of a dossier in rows; no screen is touched here.

import type { MarkName } from "../../shared/marks";
import { lastAbove, type Placed, type Size } from "./layout";

export interface LightFile {
  /** Key of the row of the piece. */
  key: string;
  sha256: string;
  name: string;
  mark: MarkName;
  /** The mark in words. */
  state: string;
}

/** A page of the table: the index of its file, and its own in the file. */
export interface LightPlace {
  file: number;
  page: number;
}

/** The name of a file, or some of its pages side by side. */
export interface LightRow extends Placed {
  kind: "head" | "pages";
  file: number;
  from: number;
  to: number;
}

/** Heights of both kinds of rows. */
export interface LightHeights {
  head: number;
  pages: number;
}

/** Widths of a page, in rem. */
const SIZES = [5, 6.5, 8.5, 11, 14, 18, 24];
export const SPACE = 0.75;
const NUMBER = 1.375;

export function sizeOf(step: number): number {
  return SIZES[step] ?? 8.5;
}

export function resized(step: number, by: 1 | -1): number {
  return Math.max(0, Math.min(SIZES.length - 1, step + by));
}

/** The box of a page and the heights of rows, in pixels. */
export function measures(step: number, rem: number): { box: Size; heights: LightHeights } {
  const width = Math.round(sizeOf(step) * rem);
  const box = { width, height: Math.round(width * Math.SQRT2) };
  return { box, heights: { head: 2.25 * rem, pages: box.height + (NUMBER + SPACE) * rem } };
}

export function columnsIn(width: number, step: number, rem: number): number {
  return Math.max(1, Math.floor((width - SPACE * rem) / (Math.round(sizeOf(step) * rem) + SPACE * rem)));
}

/** The rows of files of so many pages; a file that is not known, or not read, takes one place. */
export function lightRows(counts: readonly number[], columns: number, heights: LightHeights): LightRow[] {
  const rows: LightRow[] = [];
  let top = 0;
  counts.forEach((count, file) => {
    rows.push({ kind: "head", file, from: 0, to: 0, top, height: heights.head });
    top += heights.head;
    for (let from = 0; from < count; from += columns) {
      const to = Math.min(count, from + columns);
      rows.push({ kind: "pages", file, from, to, top, height: heights.pages });
      top += heights.pages;
    }
  });
  return rows;
}

export function heightOf(rows: readonly LightRow[]): number {
  const last = rows[rows.length - 1];
  return last ? last.top + last.height : 0;
}

/** The row a page is in; that of the name of its file if the page is not there. */
export function rowOf(rows: readonly LightRow[], place: LightPlace): number {
  let [from, to] = [0, rows.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    const row = rows[middle];
    const after =
      !row ||
      row.file > place.file ||
      (row.file === place.file && row.kind === "pages" && row.from > place.page);
    if (after) to = middle;
    else from = middle;
  }
  return from;
}

function beside(rows: readonly LightRow[], index: number, by: 1 | -1): number {
  let next = index + by;
  while (rows[next]?.kind === "head") next += by;
  return rows[next] ? next : index;
}

/** Where a key leads; `screen` rows are seen at once. Null for a key that does not move. */
export function movedLight(
  rows: readonly LightRow[],
  at: LightPlace,
  key: string,
  screen: number,
): LightPlace | null {
  const index = rowOf(rows, at);
  const row = rows[index];
  if (!row) return null;
  const column = at.page - row.from;
  const inRow = (to: number, wanted: number): LightPlace => {
    const there = rows[to] ?? row;
    return { file: there.file, page: Math.min(there.to - 1, there.from + wanted) };
  };
  const vertically = (times: number, by: 1 | -1) => {
    let to = index;
    for (let step = 0; step < times; step += 1) to = beside(rows, to, by);
    return to === index ? at : inRow(to, column);
  };
  switch (key) {
    case "ArrowRight":
      if (at.page + 1 < row.to) return { ...at, page: at.page + 1 };
      return beside(rows, index, 1) === index ? at : inRow(beside(rows, index, 1), 0);
    case "ArrowLeft":
      if (column > 0) return { ...at, page: at.page - 1 };
      return beside(rows, index, -1) === index ? at : inRow(beside(rows, index, -1), Infinity);
    case "ArrowDown":
      return vertically(1, 1);
    case "ArrowUp":
      return vertically(1, -1);
    case "PageDown":
      return vertically(Math.max(1, screen), 1);
    case "PageUp":
      return vertically(Math.max(1, screen), -1);
    case "Home":
      return inRow(beside(rows, -1, 1), 0);
    case "End":
      return inRow(beside(rows, rows.length, -1), Infinity);
  }
  return null;
}

/** What is at the top of the screen, to find it again when rows change. */
export interface LightAnchor extends LightPlace {
  kind: LightRow["kind"];
  offset: number;
}

export function anchorOf(rows: readonly LightRow[], scroll: number): LightAnchor | undefined {
  const row = rows[lastAbove(rows, scroll)];
  return row && { kind: row.kind, file: row.file, page: row.from, offset: scroll - row.top };
}

export function scrollOf(rows: readonly LightRow[], anchor: LightAnchor): number {
  const index = rowOf(rows, anchor);
  // Page 0 finds its row of pages: a name stands just above it.
  const back = anchor.kind === "head" && rows[index]?.kind === "pages" ? 1 : 0;
  const row = rows[index - back];
  return row ? Math.max(0, row.top + Math.min(row.height, anchor.offset)) : 0;
}
