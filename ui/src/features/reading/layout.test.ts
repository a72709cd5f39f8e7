import { describe, expect, it } from "vitest";
import { fitScale, naturalSizes, nearPages, pageAt, pictureWidth, placePages, zoomed } from "./layout";

const a4 = { width: 595, height: 842 };
const document = (format: string, pages: { width: number | null; height: number | null }[]) => ({
  sha256: "x",
  format,
  pages,
  rotation: 0,
  holds: {
    scripts: false,
    actions: false,
    links: 0,
    attachments: 0,
    signatures: 0,
    layers: false,
    partial: false,
  },
});

describe("layout of a document", () => {
  it("points are larger than CSS pixels, pixels are not", () => {
    expect(naturalSizes(document("pdf", [{ width: 72, height: 144 }]))).toEqual([{ width: 96, height: 192 }]);
    expect(naturalSizes(document("jpeg", [{ width: 72, height: 144 }]))).toEqual([
      { width: 72, height: 144 },
    ]);
    expect(naturalSizes(document("pdf", [{ width: null, height: null }]))[0]?.width).toBeGreaterThan(0);
  });

  it("the widest page fills the width, turned or not", () => {
    expect(fitScale([a4], 0, 595 + 24)).toBe(1);
    expect(fitScale([a4], 1, 842 + 24)).toBe(1);
    expect(fitScale([], 0, 0)).toBeGreaterThan(0);
  });

  it("a turned page keeps its picture and takes its place sideways", () => {
    const [page] = placePages([a4], 3, 0.5);
    expect(page).toMatchObject({ width: 421, height: 297.5, picture: { width: 297.5, height: 421 } });
  });

  it("only pages near the screen have a picture", () => {
    const pages = placePages(
      Array.from({ length: 50 }, () => a4),
      0,
      1,
    );
    expect([...nearPages(pages, 0, 800)]).toEqual([0, 1]);
    expect(nearPages(pages, 20_000, 800).size).toBeLessThan(6);
    expect(pageAt(pages, 0, 800)).toBe(0);
    expect(pageAt(pages, 854 * 10, 800)).toBe(10);
    expect(pageAt(pages, 1e9, 800)).toBe(49);
    expect(pageAt([], 0, 800)).toBe(0);
  });

  it("zooms by steps, from any width", () => {
    expect(zoomed(1.08, "in")).toBe(1.25);
    expect(zoomed(1.08, "out")).toBe(1);
    expect(zoomed(4, "in")).toBe(4);
  });

  it("near zooms ask for the same picture", () => {
    expect(pictureWidth(650, 1)).toBe(pictureWidth(780, 1));
    expect(pictureWidth(680, 2)).toBe(1440);
    expect(pictureWidth(9000, 2)).toBe(4096);
  });
});
