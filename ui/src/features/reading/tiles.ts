//! The parts of a page that are drawn by themselves where its picture is too coarse; no
//! screen is touched here.

import { pictureWidth, type PlacedPage, type Size } from "./layout";

/** The longest side of a part, in device pixels; the reading room draws no longer ones. */
const SIDE = 1024;

/** A rectangle, in any unit. */
export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface TilePlan {
  /** Device pixels for one unit of the page. */
  scale: number;
  /** Parts in device pixels of the page at this scale, those in the middle first. */
  parts: Part[];
}

/** The part of a page, before it is turned, that a part of it as shown is. */
export function upright(shown: Part, picture: Size, turns: number): Part {
  const { x, y, width, height } = shown;
  if (turns === 0) return shown;
  if (turns === 2) return { ...shown, x: picture.width - x - width, y: picture.height - y - height };
  return turns === 1
    ? { x: y, y: picture.height - x - width, width: height, height: width }
    : { x: picture.width - y - height, y: x, width: height, height: width };
}

/** The part of a page that is on screen, in CSS pixels from its corner; nothing if none is. */
export function onScreen(page: PlacedPage, contentWidth: number, screen: Part): Part | undefined {
  const left = (contentWidth - page.width) / 2;
  const x = Math.max(0, screen.x - left);
  const y = Math.max(0, screen.y - page.top);
  const right = Math.min(page.width, screen.x + screen.width - left);
  const bottom = Math.min(page.height, screen.y + screen.height - page.top);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

/**
 * The parts to draw over the picture of a page; nothing while that one is fine enough.
 * `largest` is the scale above which nothing more is to be seen: a photo has its pixels.
 */
export function tilePlan(
  page: PlacedPage,
  size: Size,
  turns: number,
  seen: Part | undefined,
  pixelRatio: number,
  largest: number,
): TilePlan | undefined {
  const wanted = (page.picture.width / size.width) * pixelRatio;
  const drawn = pictureWidth(page.picture, pixelRatio) / size.width;
  const scale = Math.min(wanted, largest);
  if (!seen || scale <= drawn * 1.02) return undefined;
  const all = { width: Math.round(size.width * scale), height: Math.round(size.height * scale) };
  // From CSS pixels, which are fewer or more than those that are drawn.
  const ratio = all.width / page.picture.width;
  const part = upright(seen, page.picture, turns);
  const first = (place: number) => Math.max(0, Math.floor((place * ratio) / SIDE));
  const end = (place: number, length: number) =>
    Math.min(Math.ceil(length / SIDE), Math.ceil((place * ratio) / SIDE));
  const parts: Part[] = [];
  for (let row = first(part.y); row < end(part.y + part.height, all.height); row++) {
    for (let column = first(part.x); column < end(part.x + part.width, all.width); column++) {
      const [x, y] = [column * SIDE, row * SIDE];
      parts.push({ x, y, width: Math.min(SIDE, all.width - x), height: Math.min(SIDE, all.height - y) });
    }
  }
  const middle = { x: (part.x + part.width / 2) * ratio, y: (part.y + part.height / 2) * ratio };
  const away = ({ x, y, width, height }: Part) =>
    Math.hypot(x + width / 2 - middle.x, y + height / 2 - middle.y);
  return { scale, parts: parts.sort((one, other) => away(one) - away(other)) };
}
