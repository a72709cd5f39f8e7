import { describe, expect, it } from "vitest";
import { made } from "./made";
import {
  contentSize,
  extentOf,
  fitScale,
  inBox,
  largestScale,
  naturalSizes,
  nearPages,
  pageAt,
  pictureWidth,
  placePages,
  within,
  type PlacedPage,
} from "./layout";

const a4 = { width: 595, height: 842 };
const upright = () => 0;
const sideways = () => 1;
const many = (count: number) => Array.from({ length: count }, () => a4);

describe("layout of a document", () => {
  it("points are larger than CSS pixels, pixels are not", () => {
    expect(naturalSizes(made("pdf", [{ width: 72, height: 144 }]))).toEqual([{ width: 96, height: 192 }]);
    expect(naturalSizes(made("jpeg", [{ width: 72, height: 144 }]))).toEqual([{ width: 72, height: 144 }]);
    expect(naturalSizes(made("pdf", [{ width: null, height: null }]))[0]?.width).toBeGreaterThan(0);
  });

  it("the widest page fills the width, turned or not", () => {
    const viewport = { width: 595 + 24, height: 500 };
    expect(fitScale(extentOf([a4], upright), "width", viewport)).toBe(1);
    expect(fitScale(extentOf([a4], sideways), "width", { ...viewport, width: 842 + 24 })).toBe(1);
    const onlySecondTurned = extentOf([a4, a4], (page) => (page === 1 ? 3 : 0));
    expect(onlySecondTurned).toEqual({ width: 842, height: 842, total: 842 + 595 });
    expect(fitScale(extentOf([], upright), "width", { width: 0, height: 0 })).toBeGreaterThan(0);
  });

  it("the whole page fits in both directions", () => {
    const extent = extentOf([a4], upright);
    expect(fitScale(extent, "page", { width: 2000, height: 421 + 24 })).toBe(0.5);
    expect(fitScale(extent, "page", { width: 595 + 24, height: 5000 })).toBe(1);
  });

  it("a turned page keeps its picture and takes its place sideways, the others do not move", () => {
    const [first, second] = placePages([a4, a4], (page) => (page === 0 ? 3 : 0), 0.5);
    expect(first).toMatchObject({ width: 421, height: 297.5, picture: { width: 297.5, height: 421 } });
    expect(second).toMatchObject({ width: 297.5, height: 421, top: 12 + 297.5 + 12 });
  });

  it("what scrolls is as large as all pages and never narrower than the screen", () => {
    const pages = placePages([a4, a4], upright, 1);
    expect(contentSize(pages, 595, { width: 1000, height: 800 })).toEqual({ width: 1000, height: 1720 });
    expect(contentSize(pages, 595, { width: 300, height: 800 }).width).toBe(595 + 24);
    expect(contentSize([], 1, { width: 300, height: 800 }).height).toBe(0);
  });

  it("a document is never taller than an element can be", () => {
    const sizes = many(10_000);
    const scale = largestScale(extentOf(sizes, upright), sizes.length);
    expect(contentSize(placePages(sizes, upright, scale), 595, a4).height).toBeLessThanOrEqual(30_000_001);
    expect(largestScale(extentOf(many(1000), upright), 1000)).toBeGreaterThan(3.5);
  });
});

describe("pages near the screen", () => {
  const pages = placePages(many(50), upright, 1);

  it("are those on screen, with a screen before and after", () => {
    expect(nearPages(pages, 0, 800)).toEqual({ from: 0, to: 2 });
    expect(nearPages([], 0, 800)).toEqual({ from: 0, to: 0 });
    expect(nearPages(pages, 1e9, 800)).toEqual({ from: 50, to: 50 });
  });

  it("one of them is the page being read", () => {
    expect(pageAt(pages, 0, 800)).toBe(0);
    expect(pageAt(pages, 854 * 10, 800)).toBe(10);
    expect(pageAt(pages, 1e9, 800)).toBe(49);
    expect(pageAt([], 0, 800)).toBe(0);
    const two = placePages([a4, a4], upright, 0.5);
    expect(pageAt(two, 0, 5000)).toBe(1);
    expect(pageAt(two, 78, 800)).toBe(1);
  });

  it.each([1000, 10_000])("are few among %i, found with few looks", (count) => {
    const all = placePages(many(count), upright, 1);
    let looks = 0;
    const counted = new Proxy(all, {
      get(pages, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) looks += 1;
        return Reflect.get(pages, key) as unknown;
      },
    });
    for (const part of [0, 0.25, 0.5, 0.75, 0.999]) {
      const scroll = part * count * 854;
      looks = 0;
      const { from, to } = nearPages(counted, scroll, 800);
      expect(to - from).toBeGreaterThan(0);
      expect(to - from).toBeLessThan(6);
      pageAt(counted, scroll, 800);
      expect(looks).toBeLessThan(5 * Math.log2(count));
      // The same as by looking at each of them.
      const slowly = all.flatMap((page, index) =>
        page.top + page.height >= scroll - 800 && page.top <= scroll + 1600 ? [index] : [],
      );
      expect([from, to - 1]).toEqual([slowly[0], slowly.at(-1)]);
    }
  });

  it("finds what a stretch touches in any column", () => {
    const column = [0, 10, 20, 30].map((top) => ({ top, height: 8 }) as PlacedPage);
    expect(within(column, 9, 9)).toEqual({ from: 1, to: 1 });
    expect(within(column, 8, 20)).toEqual({ from: 0, to: 3 });
    expect(within(column, -5, 100)).toEqual({ from: 0, to: 4 });
  });
});

describe("pictures", () => {
  it("near zooms ask for the same one", () => {
    const a4 = (width: number) => ({ width, height: width * Math.SQRT2 });
    expect(pictureWidth(a4(650), 1)).toBe(pictureWidth(a4(780), 1));
    expect(pictureWidth(a4(680), 2)).toBe(1440);
    expect(pictureWidth(a4(9000), 2), "32 MB once decoded").toBe(2240);
    expect(pictureWidth({ width: 9000, height: 900 }, 2)).toBe(2560);
    expect(pictureWidth({ width: 500, height: 9000 }, 1), "within the longest side").toBe(320);
  });

  it("in small, they fill a box as far as their shape lets them, turned or not", () => {
    const box = { width: 100, height: 100 };
    expect(inBox({ width: 200, height: 400 }, 0, box).shown).toEqual({ width: 50, height: 100 });
    const turned = inBox({ width: 200, height: 400 }, 1, box);
    expect(turned).toEqual({ shown: { width: 100, height: 50 }, picture: { width: 50, height: 100 } });
  });
});
