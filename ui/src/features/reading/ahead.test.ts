import { describe, expect, it } from "vitest";
import { aheadOf, firstWidth } from "./ahead";
import { made } from "./made";

describe("what is read ahead", () => {
  it("is what may be wanted first, and only what there is", () => {
    const names = (page: number, pages: number, pieces: (string | undefined)[]) =>
      aheadOf(page, pages, pieces).map((task) => (task.kind === "page" ? task.page : task.sha256));
    expect(names(3, 10, ["next", "before"])).toEqual([4, "next", 5, "before", 2]);
    expect(names(0, 1, ["next", undefined])).toEqual(["next"]);
    expect(names(1, 2, [undefined, "before"])).toEqual(["before", 0]);
  });

  it("is drawn as wide as it will be asked for", () => {
    const document = made("pdf", [{ width: 595, height: 842 }]);
    const screen = { width: 820, height: 700 };
    expect(firstWidth(document, "width", screen, 1)).toBe(800);
    expect(firstWidth(document, "width", screen, 1.5)).toBe(1280);
    expect(firstWidth(document, "page", screen, 1)).toBe(480);
    expect(firstWidth(document, 1, screen, 1)).toBe(800);
    const turned = { ...document, turned: [{ page: 1, turns: 1 }] };
    expect(firstWidth(turned, "width", screen, 1), "lying, it is less wide before it is turned").toBe(640);
  });
});
