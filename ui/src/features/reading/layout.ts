//! Sizes and places of the pages of a document; no screen is touched here.

import type { DocumentView } from "../../ipc";

export const GAP = 12;
export const MARGIN = 24;
/** Engines lose count of the pixels of an element a little above this height. */
const TALLEST = 30_000_000;
/** Widths pictures are asked at, in device pixels: near zooms share a picture. */
const WIDTH_STEPS = [160, 240, 320, 480, 640, 800, 960, 1120, 1280, 1440, 1600, 1920, 2240, 2560];
/** Pixels of the largest picture of a whole page: 32 MB decoded. Above, parts are drawn. */
const WHOLE = 8_000_000;
/** The longest side of a picture that is drawn. */
const LONGEST = 8_000;

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Quarter turns of a page, by its index. */
export type Turns = (page: number) => number;

/** Something with a place in a column of things that do not overlap. */
export interface Placed {
  /** Place of its top, in CSS pixels from the top of the column. */
  top: number;
  height: number;
}

export interface PlacedPage extends Size, Placed {
  /** Size of the picture before it is turned. */
  picture: Size;
}

/** Indices from the first to before the last. */
export interface Range {
  from: number;
  to: number;
}

/** The largest width and height of the pages, and all their heights, at 100 %. */
export interface Extent extends Size {
  total: number;
}

export function turned(size: Size, turns: number): Size {
  return turns % 2 === 1 ? { width: size.height, height: size.width } : size;
}

/** Sizes of the pages at 100 %: points are 1/72 inch, CSS pixels 1/96. */
export function naturalSizes(document: DocumentView): Size[] {
  const unit = document.format === "pdf" ? 96 / 72 : 1;
  return document.pages.map((page) => ({
    width: Math.max(1, (page.width ?? 1) * unit),
    height: Math.max(1, (page.height ?? 1) * unit),
  }));
}

export function extentOf(sizes: Size[], turns: Turns): Extent {
  const extent = { width: 1, height: 1, total: 0 };
  sizes.forEach((size, index) => {
    const { width, height } = turned(size, turns(index));
    extent.width = Math.max(extent.width, width);
    extent.height = Math.max(extent.height, height);
    extent.total += height;
  });
  return extent;
}

/** The scale at which the widest page fills the width, or the largest one the screen. */
export function fitScale(extent: Size, fit: "width" | "page", viewport: Size): number {
  const across = (viewport.width - MARGIN) / extent.width;
  const down = (viewport.height - MARGIN) / extent.height;
  return Math.max(0.05, fit === "width" ? across : Math.min(across, down));
}

/** The scale above which a long document would be taller than an element can be. */
export function largestScale(extent: Extent, count: number): number {
  return (TALLEST - GAP * (count + 1)) / Math.max(1, extent.total);
}

export function placePages(sizes: Size[], turns: Turns, scale: number): PlacedPage[] {
  let top = GAP;
  return sizes.map((size, index) => {
    const picture = { width: size.width * scale, height: size.height * scale };
    const placed = { ...turned(picture, turns(index)), picture, top };
    top += placed.height + GAP;
    return placed;
  });
}

/** Size of what scrolls: never narrower than the screen, so that pages stand in the middle. */
export function contentSize(pages: PlacedPage[], widest: number, viewport: Size): Size {
  const last = pages[pages.length - 1];
  return {
    width: Math.max(viewport.width, Math.floor(widest + MARGIN)),
    height: last ? last.top + last.height + GAP : 0,
  };
}

/** The first index at which what was false becomes true, found by halves. */
function firstWhere(count: number, is: (index: number) => boolean): number {
  let [from, to] = [0, count];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (is(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The things that a stretch of the column touches. */
export function within(column: readonly Placed[], top: number, bottom: number): Range {
  const end = (index: number) => {
    const thing = column[index];
    return thing ? thing.top + thing.height : Infinity;
  };
  const from = firstWhere(column.length, (index) => end(index) >= top);
  const to = firstWhere(column.length, (index) => (column[index]?.top ?? Infinity) > bottom);
  return { from, to: Math.max(from, to) };
}

/** The last thing that begins at a place or above; the first one above all. */
export function lastAbove(column: readonly Placed[], place: number): number {
  const after = firstWhere(column.length, (index) => (column[index]?.top ?? Infinity) > place);
  return Math.max(0, after - 1);
}

/** The pages on screen, with one screen before and after. */
export function nearPages(pages: PlacedPage[], scroll: number, height: number): Range {
  return within(pages, scroll - height, scroll + 2 * height);
}

/** The page under the first third of the screen; the last one at the very end. */
export function pageAt(pages: PlacedPage[], scroll: number, height: number): number {
  const last = pages[pages.length - 1];
  const atEnd = last && scroll > 0 && scroll + height >= last.top + last.height + GAP - 1;
  return atEnd ? pages.length - 1 : lastAbove(pages, scroll + height / 3);
}

/** The largest size of a page, turned or not, in a box: first as it is shown, then its picture. */
export function inBox(size: Size, turns: number, box: Size): { shown: Size; picture: Size } {
  const { width, height } = turned(size, turns);
  const scale = Math.min(box.width / width, box.height / height);
  const picture = { width: size.width * scale, height: size.height * scale };
  return { shown: turned(picture, turns), picture };
}

/** The step at which to ask for the whole of a page shown at this CSS size. */
export function pictureWidth(css: Size, pixelRatio: number): number {
  const shape = css.height / css.width;
  const most = Math.min(Math.sqrt(WHOLE / shape), LONGEST, LONGEST / shape);
  const within = WIDTH_STEPS.filter((step) => step <= most);
  const wanted = css.width * pixelRatio;
  return within.find((step) => step >= wanted) ?? within[within.length - 1] ?? WIDTH_STEPS[0] ?? 160;
}
