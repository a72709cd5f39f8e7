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
export function keptTurns(document: DocumentView): Turned {
  const turns = document.rotation % 4;
  return new Map(turns === 0 ? [] : document.pages.map((_, page) => [page, turns]));
}

/** The pages turned once more, each from where it was. */
export function turnedMore(turned: Turned, pages: readonly number[]): Turned {
  const turns = turnsOf(turned);
  return new Map([...turned, ...pages.map((page) => [page, (turns(page) + 1) % 4] as const)]);
}

/** The turns that all pages share, if they do. */
export function sharedTurns(turned: Turned, count: number): number | undefined {
  const turns = turnsOf(turned);
  for (let page = 1; page < count; page += 1) if (turns(page) !== turns(0)) return undefined;
  return turns(0);
}

/** Keeps them on this machine; so far one rotation per document, so none when pages differ. */
export function keepTurns(document: DocumentView, turned: Turned): void {
  const turns = sharedTurns(turned, document.pages.length);
  if (turns !== undefined) ipc.setRotation(document.sha256, turns).catch(errorOf);
}
