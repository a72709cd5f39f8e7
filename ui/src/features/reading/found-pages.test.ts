import { describe, expect, it } from "vitest";
import type { DossierFoundView } from "../../ipc";
import { groupsOf, placeOf } from "./found-pages";

const file = (key: string, sha256 = key) => ({ key, sha256, name: `Pièce ${key}` });
const page = (sha256: string, number: number | null) => ({
  sha256,
  page: number,
  snippet: [{ text: "stage", marked: true }],
});
const found = (...pages: ReturnType<typeof page>[]): DossierFoundView => ({
  pages,
  partial: false,
  files: 3,
  files_read: 3,
  files_partial: 0,
  files_locked: 0,
  files_unreadable: 0,
  pages_without_text: 0,
});

describe("pages found in a dossier", () => {
  it("are told by piece, in the order of the pieces", () => {
    const groups = groupsOf(found(page("b", 2), page("a", 1), page("a", 4)), [
      file("a"),
      file("b"),
      file("c"),
    ]);
    expect(groups.map((group) => [group.name, group.pages.map((each) => each.page)])).toEqual([
      ["Pièce a", [1, 4]],
      ["Pièce b", [2]],
    ]);
    expect(groups[1]?.pages[0]).toMatchObject({ key: "b", sha256: "b" });
  });

  it("of a file that stands for two pieces are told once", () => {
    const groups = groupsOf(found(page("x", 1)), [file("first", "x"), file("second", "x")]);
    expect(groups.map((group) => group.key)).toEqual(["first"]);
  });

  it("of a file that left are not told", () => {
    expect(groupsOf(found(page("gone", 1)), [file("a")])).toEqual([]);
    expect(groupsOf(undefined, [file("a")])).toEqual([]);
  });

  it("keep the one chosen when more are found", () => {
    const pages = (...all: ReturnType<typeof page>[]) =>
      groupsOf(found(...all), [file("a"), file("b")]).flatMap((group) => group.pages);
    const chosen = pages(page("b", 2))[0];
    expect(placeOf(chosen, pages(page("a", 1), page("b", 1), page("b", 2)))).toBe(2);
    expect(placeOf(chosen, pages(page("a", 1)))).toBe(0);
    expect(placeOf(undefined, [])).toBe(0);
    const flow = pages(page("b", null))[0];
    expect(placeOf(flow, pages(page("a", 1), page("b", null)))).toBe(1);
  });
});
