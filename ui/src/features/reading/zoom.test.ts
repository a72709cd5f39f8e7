import { describe, expect, it } from "vitest";
import { contentSize, extentOf, placePages } from "./layout";
import { anchorAt, scrollTo, wheeled, zoomed } from "./zoom";

describe("zoom", () => {
  it("goes by steps, from any scale", () => {
    expect(zoomed("width", 1.08, "in")).toBe(1.25);
    expect(zoomed("width", 1.08, "out")).toBe(1);
    expect(zoomed(8, 8, "in")).toBe(8);
  });

  it("goes round width, page and 100 %", () => {
    expect(zoomed("width", 1.08, "next")).toBe("page");
    expect(zoomed("page", 0.6, "next")).toBe(1);
    expect(zoomed(1, 1, "next")).toBe("width");
    expect(zoomed(2.5, 2.5, "page")).toBe("page");
    expect(zoomed("page", 0.6, "full")).toBe(1);
  });

  it("a notch of the wheel is a quarter, a pinch is fine, both have ends", () => {
    expect(wheeled(1, -120, 0)).toBeCloseTo(1.28, 2);
    expect(wheeled(1, -3, 1)).toBeCloseTo(1.28, 2);
    expect(wheeled(1, -2, 0)).toBeCloseTo(1.02, 2);
    expect(wheeled(wheeled(1, -120, 0), 120, 0)).toBeCloseTo(1);
    expect(wheeled(7.9, -120, 0)).toBe(8);
    expect(wheeled(0.11, 120, 0)).toBe(0.1);
    expect(wheeled(0.06, 120, 0)).toBe(0.06);
  });
});

describe("what stays under the pointer", () => {
  const sizes = [
    { width: 600, height: 800 },
    { width: 800, height: 600 },
    { width: 600, height: 800 },
  ];
  const upright = () => 0;
  const viewport = { width: 1000, height: 700 };
  const at = (scale: number, turns = upright) => {
    const pages = placePages(sizes, turns, scale);
    return { pages, ...contentSize(pages, extentOf(sizes, turns).width * scale, viewport) };
  };

  it.each([
    ["in the middle", { x: 500, y: 350 }],
    ["at the left edge of the page", { x: 210, y: 40 }],
    ["at the right edge", { x: 790, y: 600 }],
    ["beside the page", { x: 20, y: 300 }],
  ])("%s: the same point of the page, larger and smaller", (_, pointer) => {
    const scroll = { x: 0, y: 900 };
    const before = at(1);
    const anchor = anchorAt(before.pages, before.width, {
      x: scroll.x + pointer.x,
      y: scroll.y + pointer.y,
    });
    if (!anchor) throw new Error("no page");
    for (const scale of [2, 3.3, 4]) {
      const after = at(scale);
      const to = scrollTo(after.pages, after.width, anchor, pointer);
      const again = anchorAt(after.pages, after.width, { x: to.x + pointer.x, y: to.y + pointer.y });
      expect(again?.page).toBe(anchor.page);
      expect(again?.part.y).toBeCloseTo(anchor.part.y, 9);
      // Nothing is left of the content: a pointer far beside the page cannot hold it.
      if (anchor.rest.x < 0) continue;
      expect(again?.part.x).toBeCloseTo(anchor.part.x, 9);
      // Back where it was.
      const back = scrollTo(before.pages, before.width, again ?? anchor, pointer);
      expect(back.y).toBeCloseTo(scroll.y, 6);
      expect(back.x).toBeCloseTo(scroll.x, 6);
    }
  });

  it("between two pages it stays between them", () => {
    const { pages, width } = at(1);
    const anchor = anchorAt(pages, width, { x: 500, y: 12 + 800 + 6 });
    expect(anchor).toMatchObject({ page: 0, part: { y: 1 }, rest: { y: 6 } });
    const larger = at(2);
    expect(anchor && scrollTo(larger.pages, larger.width, anchor, { x: 500, y: 100 }).y).toBe(
      12 + 1600 + 6 - 100,
    );
  });

  it("a page that is turned keeps its place, and nothing is no place", () => {
    const { pages, width } = at(1);
    const anchor = anchorAt(pages, width, { x: 500, y: 12 + 800 + 12 + 300 });
    const turned = at(1, () => 1);
    expect(anchor && scrollTo(turned.pages, turned.width, anchor, { x: 500, y: 0 }).y).toBe(
      12 + 600 + 12 + 400,
    );
    expect(anchorAt([], 0, { x: 0, y: 0 })).toBeUndefined();
    expect(anchor && scrollTo([], 0, anchor, { x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
  });
});
