import { describe, expect, it } from "vitest";
import { pageTyped } from "./page-typed";
import { movedThumbnail } from "./thumbnails";

describe("thumbnails", () => {
  it("arrows move in the strip and stop at its ends", () => {
    expect(movedThumbnail("ArrowDown", 3, 10)).toBe(4);
    expect(movedThumbnail("ArrowUp", 0, 10)).toBe(0);
    expect(movedThumbnail("PageDown", 7, 10)).toBe(9);
    expect(movedThumbnail("Home", 7, 10)).toBe(0);
    expect(movedThumbnail("End", 7, 1000)).toBe(999);
    expect(movedThumbnail("c", 7, 10)).toBeNull();
    expect(movedThumbnail("End", 0, 0)).toBeNull();
  });
});

describe("the number of a page", () => {
  it("is counted from 1, and the nearest page there is", () => {
    expect(pageTyped("3", 10)).toBe(2);
    expect(pageTyped(" 12 ", 10)).toBe(9);
    expect(pageTyped("0", 10)).toBe(0);
    expect(pageTyped("", 10)).toBeUndefined();
    expect(pageTyped("2b", 10)).toBeUndefined();
    expect(pageTyped("1", 0)).toBeUndefined();
  });
});
