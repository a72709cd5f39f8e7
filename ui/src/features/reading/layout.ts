//! Sizes and places of the pages of a document; no screen is touched here.

import type { DocumentView } from "../../ipc";

export const GAP = 12;
export const MARGIN = 24;
const ZOOM_STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4];
/** Widths pictures are asked at, in device pixels: near zooms share a picture. */
const WIDTH_STEPS = [
  160, 240, 320, 480, 640, 800, 960, 1120, 1280, 1440, 1600, 1920, 2240, 2560, 3072, 3600, 4096,
];

export interface Size {
  width: number;
  height: number;
}

export interface PlacedPage extends Size {
  /** Place of the top of the page, in CSS pixels from the top of the document. */
  top: number;
  /** Size of the picture before it is turned. */
  picture: Size;
}

export function isSideways(rotation: number): boolean {
  return rotation % 2 === 1;
}

/** Sizes of the pages at 100 %: points are 1/72 inch, CSS pixels 1/96. */
export function naturalSizes(document: DocumentView): Size[] {
  const unit = document.format === "pdf" ? 96 / 72 : 1;
  return document.pages.map((page) => ({
    width: Math.max(1, (page.width ?? 1) * unit),
    height: Math.max(1, (page.height ?? 1) * unit),
  }));
}

/** The scale at which the widest page fills the width. */
export function fitScale(sizes: Size[], rotation: number, viewport: number): number {
  const widest = Math.max(1, ...sizes.map((size) => (isSideways(rotation) ? size.height : size.width)));
  return Math.max(0.05, (viewport - MARGIN) / widest);
}

export function placePages(sizes: Size[], rotation: number, scale: number): PlacedPage[] {
  let top = GAP;
  return sizes.map((size) => {
    const picture = { width: size.width * scale, height: size.height * scale };
    const turned = isSideways(rotation) ? { width: picture.height, height: picture.width } : picture;
    const placed = { ...turned, picture, top };
    top += turned.height + GAP;
    return placed;
  });
}

/** Indices of the pages on screen, with one screen before and after. */
export function nearPages(pages: PlacedPage[], scroll: number, height: number): Set<number> {
  const near = new Set<number>();
  pages.forEach((page, index) => {
    if (page.top + page.height >= scroll - height && page.top <= scroll + 2 * height) near.add(index);
  });
  return near;
}

/** The page under the first third of the screen. */
export function pageAt(pages: PlacedPage[], scroll: number, height: number): number {
  const line = scroll + height / 3;
  const past = pages.findIndex((page) => page.top > line);
  return past < 0 ? Math.max(0, pages.length - 1) : Math.max(0, past - 1);
}

export function zoomed(scale: number, how: "in" | "out"): number {
  const steps = how === "in" ? ZOOM_STEPS : [...ZOOM_STEPS].reverse();
  const next = steps.find((step) => (how === "in" ? step > scale * 1.02 : step < scale * 0.98));
  return next ?? scale;
}

/** The step at which to ask for a picture shown at this CSS width. */
export function pictureWidth(cssWidth: number, pixelRatio: number): number {
  const wanted = cssWidth * pixelRatio;
  return WIDTH_STEPS.find((step) => step >= wanted) ?? WIDTH_STEPS[WIDTH_STEPS.length - 1] ?? 1280;
}
