//! How each page was turned, and the one place where that is kept.

import { errorOf, ipc, type DocumentView } from "../../ipc";
import type { Turns } from "./layout";

/** Quarter turns by page index; a page that is not there is upright. */
export type Turned = ReadonlyMap<number, number>;

export const UPRIGHT: Turned = new Map();

export function turnsOf(turned: Turned): Turns {
  return (page) => turned.get(page) ?? 0;
}

/** What was kept of a document. */
export function keptTurns(document: Pick<DocumentView, "turned">): Turned {
  return new Map(document.turned.map(({ page, turns }) => [page - 1, turns % 4]));
}

/** The pages turned once more, each from where it was. */
export function turnedMore(turned: Turned, pages: readonly number[]): Turned {
  const turns = turnsOf(turned);
  return new Map([...turned, ...pages.map((page) => [page, (turns(page) + 1) % 4] as const)]);
}

/** Keeps these pages on this machine. */
export function keepTurns(sha256: string, turned: Turned, pages: readonly number[]): void {
  const turns = turnsOf(turned);
  const kept = pages.map((page) => ({ page: page + 1, turns: turns(page) }));
  ipc.setRotations(sha256, kept).catch(errorOf);
}
