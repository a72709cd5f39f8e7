//! How large pages are, and what stays in place when that changes; no screen is touched here.

import { lastAbove, type PlacedPage, type Point } from "./layout";

export type Fit = "width" | "page";
/** A fit follows the window; a number is a scale and stays. */
export type Zoom = Fit | number;
export type ZoomHow = "in" | "out" | "next" | "full" | Fit;

const STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6.5, 8];
const SMALLEST = 0.1;
const LARGEST = 8;

function stepped(scale: number, how: "in" | "out"): number {
  const steps = how === "in" ? STEPS : [...STEPS].reverse();
  return steps.find((step) => (how === "in" ? step > scale * 1.02 : step < scale * 0.98)) ?? scale;
}

/** The zoom after a key or a button: steps, a fit, 100 %, or the next of these three. */
export function zoomed(zoom: Zoom, scale: number, how: ZoomHow): Zoom {
  if (how === "in" || how === "out") return stepped(scale, how);
  if (how === "full") return 1;
  if (how !== "next") return how;
  return zoom === "width" ? "page" : zoom === "page" ? 1 : "width";
}

/** The scale after a turn of the wheel or a pinch; one notch is about a quarter. */
export function wheeled(scale: number, deltaY: number, deltaMode: number): number {
  const pixels = deltaMode === 0 ? deltaY : deltaY * 16;
  const wanted = scale * Math.exp(-Math.max(-25, Math.min(25, pixels)) / 100);
  // A page that fits below the smallest scale is not thrown up to it.
  return Math.max(Math.min(SMALLEST, scale), Math.min(LARGEST, wanted));
}

/** A point of a document that does not depend on its scale. */
export interface Anchor {
  page: number;
  /** Share of the page, 0 to 1, and what is beside it, which has no scale. */
  part: Point;
  rest: Point;
}

function share(place: number, length: number): { part: number; rest: number } {
  const inside = Math.max(0, Math.min(length, place));
  return { part: inside / length, rest: place - inside };
}

function leftOf(page: PlacedPage, contentWidth: number): number {
  return (contentWidth - page.width) / 2;
}

/** What is at a point of the content. */
export function anchorAt(pages: PlacedPage[], contentWidth: number, at: Point): Anchor | undefined {
  const index = lastAbove(pages, at.y);
  const page = pages[index];
  if (!page) return undefined;
  const x = share(at.x - leftOf(page, contentWidth), page.width);
  const y = share(at.y - page.top, page.height);
  return { page: index, part: { x: x.part, y: y.part }, rest: { x: x.rest, y: y.rest } };
}

/** How far to scroll so that the anchor is at this point of the screen. */
export function scrollTo(pages: PlacedPage[], contentWidth: number, anchor: Anchor, at: Point): Point {
  const page = pages[anchor.page];
  if (!page) return { x: 0, y: 0 };
  const x = leftOf(page, contentWidth) + anchor.part.x * page.width + anchor.rest.x;
  const y = page.top + anchor.part.y * page.height + anchor.rest.y;
  return { x: Math.max(0, x - at.x), y: Math.max(0, y - at.y) };
}
