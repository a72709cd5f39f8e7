//! Places of a page, in the unit that decisions cite them in; no screen is touched here.

import type { BoxView, PageView, ZoneView } from "../../ipc";

/** The side of a page in that unit. */
const SIDE = 10_000;

/** The smallest zone around these boxes of a page, if they have an area on it. */
export function zoneAround(boxes: readonly BoxView[], page: PageView): ZoneView | undefined {
  const [width, height] = [page.width ?? 0, page.height ?? 0];
  if (boxes.length === 0 || width <= 0 || height <= 0) return undefined;
  const left = Math.min(...boxes.map((box) => box.left ?? 0));
  const top = Math.min(...boxes.map((box) => box.top ?? 0));
  const right = Math.max(...boxes.map((box) => (box.left ?? 0) + (box.width ?? 0)));
  const bottom = Math.max(...boxes.map((box) => (box.top ?? 0) + (box.height ?? 0)));
  const on = (place: number, side: number, round: (value: number) => number) =>
    Math.max(0, Math.min(SIDE, round((place / side) * SIDE)));
  const [x, y] = [on(left, width, Math.floor), on(top, height, Math.floor)];
  const zone = { x, y, width: on(right, width, Math.ceil) - x, height: on(bottom, height, Math.ceil) - y };
  return zone.width > 0 && zone.height > 0 ? zone : undefined;
}

/** A zone in the units of the page; the whole page where none is cited. */
export function boxOf(zone: ZoneView | null, page: PageView): BoxView {
  const [width, height] = [page.width ?? 0, page.height ?? 0];
  const { x, y, width: across, height: down } = zone ?? { x: 0, y: 0, width: SIDE, height: SIDE };
  return {
    left: (x / SIDE) * width,
    top: (y / SIDE) * height,
    width: (across / SIDE) * width,
    height: (down / SIDE) * height,
  };
}

/** The box between two points of a page, whichever was first. */
export function boxBetween(from: { x: number; y: number }, to: { x: number; y: number }): BoxView {
  return {
    left: Math.min(from.x, to.x),
    top: Math.min(from.y, to.y),
    width: Math.abs(to.x - from.x),
    height: Math.abs(to.y - from.y),
  };
}
