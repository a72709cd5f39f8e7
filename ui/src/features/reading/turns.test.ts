import { describe, expect, it } from "vitest";
import { keptTurns, sharedTurns, turnedMore, turnsOf } from "./turns";

const page = { width: 595, height: 842 };

describe("turns of pages", () => {
  it("one page turns, the others stay", () => {
    const once = turnedMore(new Map(), [1]);
    expect([0, 1, 2].map(turnsOf(once))).toEqual([0, 1, 0]);
    const all = turnedMore(once, [0, 1, 2]);
    expect([0, 1, 2].map(turnsOf(all))).toEqual([1, 2, 1]);
    expect(turnsOf(turnedMore(new Map([[1, 3]]), [1]))(1)).toBe(0);
  });

  it("what was kept of a document is on all its pages", () => {
    const kept = keptTurns({ sha256: "x", format: "pdf", pages: [page, page], rotation: 3 });
    expect([0, 1].map(turnsOf(kept))).toEqual([3, 3]);
    expect(keptTurns({ sha256: "x", format: "pdf", pages: [page], rotation: 0 }).size).toBe(0);
  });

  it("says what pages share, if they do", () => {
    expect(sharedTurns(new Map(), 3)).toBe(0);
    expect(sharedTurns(turnedMore(new Map(), [0, 1, 2]), 3)).toBe(1);
    expect(sharedTurns(turnedMore(new Map(), [2]), 3)).toBeUndefined();
  });
});
