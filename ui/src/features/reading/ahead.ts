//! What is read ahead of the reader, in which order; no screen is touched here.

import type { DocumentView } from "../../ipc";
import { extentOf, fitScale, largestScale, naturalSizes, pictureWidth, type Size } from "./layout";
import { keptTurns, turnsOf } from "./turns";
import type { Zoom } from "./zoom";

/** What may be wanted next: a page of the document on screen, or another piece. */
export type AheadTask = { kind: "page"; page: number } | { kind: "piece"; sha256: string };

/** Next page, next piece, the page after, the piece before, the page before. */
export function aheadOf(page: number, pages: number, pieces: readonly (string | undefined)[]): AheadTask[] {
  const [next, before] = pieces;
  const ofPage = (index: number): AheadTask[] =>
    index >= 0 && index < pages ? [{ kind: "page", page: index }] : [];
  const ofPiece = (sha256: string | undefined): AheadTask[] => (sha256 ? [{ kind: "piece", sha256 }] : []);
  return [
    ...ofPage(page + 1),
    ...ofPiece(next),
    ...ofPage(page + 2),
    ...ofPiece(before),
    ...ofPage(page - 1),
  ];
}

/** The scale at which a document is shown. */
export function scaleOf(
  zoom: Zoom,
  extent: ReturnType<typeof extentOf>,
  pages: number,
  screen: Size,
): number {
  const wanted = typeof zoom === "number" ? zoom : fitScale(extent, zoom, screen);
  return Math.min(wanted, largestScale(extent, pages));
}

/** The width at which the first page of a document will be asked for. */
export function firstWidth(document: DocumentView, zoom: Zoom, screen: Size, pixelRatio: number): number {
  const sizes = naturalSizes(document);
  const first = sizes[0] ?? { width: 1, height: 1 };
  const scale = scaleOf(zoom, extentOf(sizes, turnsOf(keptTurns(document))), sizes.length, screen);
  return pictureWidth({ width: first.width * scale, height: first.height * scale }, pixelRatio);
}
