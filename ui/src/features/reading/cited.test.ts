import { expect, test } from "vitest";
import { boxBetween, boxOf, zoneAround } from "./cited";

const page = { width: 200, height: 400 };
const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });

test("a zone goes around all of what was selected", () => {
  const zone = zoneAround([box(20, 40, 40, 10), box(10, 52, 100, 8)], page);
  expect(zone).toEqual({ x: 500, y: 1_000, width: 5_000, height: 500 });
});

test("what lies beyond the page is cut, and what has no area is no zone", () => {
  expect(zoneAround([box(-10, 390, 300, 40)], page)).toEqual({ x: 0, y: 9_750, width: 10_000, height: 250 });
  expect(zoneAround([box(250, 10, 20, 20)], page)).toBeUndefined();
  expect(zoneAround([box(10, 10, 0, 20)], page)).toBeUndefined();
  expect(zoneAround([], page)).toBeUndefined();
  expect(zoneAround([box(0, 0, 1, 1)], { width: 0, height: 0 })).toBeUndefined();
});

test("a zone is shown where it was cited", () => {
  const zone = { x: 500, y: 1_000, width: 5_000, height: 500 };
  expect(boxOf(zone, page)).toEqual(box(10, 40, 100, 20));
  expect(boxOf(null, page)).toEqual(box(0, 0, 200, 400));
});

test("a zone is drawn from any corner", () => {
  expect(boxBetween({ x: 30, y: 10 }, { x: 10, y: 40 })).toEqual(box(10, 10, 20, 30));
});
