import { describe, expect, it } from "vitest";
import { keptTurns, turnedMore, turnsOf } from "./turns";

describe("turns of pages", () => {
  it("one page turns, the others stay", () => {
    const once = turnedMore(new Map(), [1]);
    expect([0, 1, 2].map(turnsOf(once))).toEqual([0, 1, 0]);
    const all = turnedMore(once, [0, 1, 2]);
    expect([0, 1, 2].map(turnsOf(all))).toEqual([1, 2, 1]);
    expect(turnsOf(turnedMore(new Map([[1, 3]]), [1]))(1)).toBe(0);
  });

  it("what was kept of a document is on its pages, and on no other", () => {
    const kept = keptTurns({ turned: [{ page: 2, turns: 3 }] });
    expect([0, 1, 2].map(turnsOf(kept))).toEqual([0, 3, 0]);
    expect(keptTurns({ turned: [] }).size).toBe(0);
  });
});
