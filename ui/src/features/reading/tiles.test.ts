import { describe, expect, it } from "vitest";
import { placePages, turned } from "./layout";
import { onScreen, tilePlan, upright, type Part } from "./tiles";

const A4 = { width: 595, height: 842 };

/** One page at a scale in CSS pixels for a point, seen through a screen. */
function plan(scale: number, screen: Part, { turns = 0, ratio = 1, largest = 32 } = {}) {
  const [page] = placePages([A4], () => turns, scale);
  if (!page) throw new Error("a page");
  return tilePlan(page, A4, turns, onScreen(page, page.width, screen), ratio, largest);
}

describe("parts of an enlarged page", () => {
  const screen = { x: 0, y: 0, width: 900, height: 700 };

  it("are drawn only where the whole picture is too coarse", () => {
    expect(plan(1.5, screen)).toBeUndefined();
    expect(plan(3.7, screen), "2201 pixels: the whole page is drawn").toBeUndefined();
    expect(plan(10, screen)?.scale).toBe(10);
    expect(plan(2, screen, { ratio: 2 }), "2380 device pixels").toBeDefined();
  });

  it("cover what is on screen and little more", () => {
    const { parts = [] } = plan(10, { x: 2000, y: 3000, width: 900, height: 700 }) ?? {};
    const right = Math.max(...parts.map((part) => part.x + part.width));
    const bottom = Math.max(...parts.map((part) => part.y + part.height));
    expect(Math.min(...parts.map((part) => part.x))).toBeLessThanOrEqual(2000);
    expect(right).toBeGreaterThanOrEqual(2900);
    expect(bottom).toBeGreaterThanOrEqual(3700 - 12);
    expect(parts.length).toBeLessThanOrEqual(6);
    expect(new Set(parts.map((part) => `${part.x}/${part.y}`)).size).toBe(parts.length);
  });

  it("stay the same ones when the screen moves a little", () => {
    const keys = (y: number) =>
      plan(10, { ...screen, y })
        ?.parts.map((part) => `${part.x}/${part.y}`)
        .sort();
    expect(keys(2000)).toEqual(keys(2010));
  });

  it("end with the page", () => {
    const { parts = [] } = plan(10, { x: 5500, y: 8000, width: 900, height: 700 }) ?? {};
    for (const part of parts) {
      expect(part.x + part.width).toBeLessThanOrEqual(5950);
      expect(part.y + part.height).toBeLessThanOrEqual(8420);
      expect(Math.max(part.width, part.height)).toBeLessThanOrEqual(1024);
    }
    expect(parts.length).toBeGreaterThan(0);
  });

  it("begin in the middle of the screen", () => {
    const { parts = [] } = plan(10, { x: 1024, y: 1036, width: 3072, height: 3072 }) ?? {};
    expect(parts).toHaveLength(9);
    expect(parts[0]).toMatchObject({ x: 2048, y: 2048 });
  });

  it("are no sharper than a photo is", () => {
    expect(plan(10, screen, { largest: 1 })).toBeUndefined();
  });

  it("none are drawn of a page that is not on screen", () => {
    expect(plan(10, { ...screen, y: 9000 })).toBeUndefined();
  });

  it("are found again however the page is turned", () => {
    // The top left corner of what is shown is each corner of the page in turn.
    const corner = { x: 0, y: 0, width: 900, height: 700 };
    const at = [0, 1, 2, 3].map((turns) => {
      const { parts = [] } = plan(10, corner, { turns }) ?? {};
      const x = Math.min(...parts.map((part) => part.x));
      const right = Math.max(...parts.map((part) => part.x + part.width));
      const y = Math.min(...parts.map((part) => part.y));
      return [x === 0 ? "left" : right === 5950 ? "right" : "?", y === 0 ? "top" : "bottom"].join(" ");
    });
    expect(at).toEqual(["left top", "left bottom", "right bottom", "right top"]);
  });

  it("a part turned back has the size it had", () => {
    const picture = { width: 100, height: 300 };
    for (const turns of [0, 1, 2, 3]) {
      const all = { x: 0, y: 0, ...turned(picture, turns) };
      expect(upright(all, picture, turns)).toEqual({ x: 0, y: 0, ...picture });
    }
  });
});
