import { describe, expect, it } from "vitest";
import { made } from "./made";
import { AppFailure, type DocumentView } from "../../ipc";
import { within } from "./layout";
import {
  anchorOf,
  columnsIn,
  heightOf,
  lightRows,
  measures,
  movedLight,
  resized,
  rowOf,
  scrollOf,
} from "./light";
import { LightDocuments } from "./light.svelte";

const heights = { head: 30, pages: 100 };
// Three files of 5, 1 and 4 pages, in rows of 3.
const rows = lightRows([5, 1, 4], 3, heights);

describe("rows of the light table", () => {
  it("each file has its name, then its pages", () => {
    expect(rows.map((row) => [row.kind, row.file, row.from, row.to])).toEqual([
      ["head", 0, 0, 0],
      ["pages", 0, 0, 3],
      ["pages", 0, 3, 5],
      ["head", 1, 0, 0],
      ["pages", 1, 0, 1],
      ["head", 2, 0, 0],
      ["pages", 2, 0, 3],
      ["pages", 2, 3, 4],
    ]);
    expect(rows.map((row) => row.top)).toEqual([0, 30, 130, 230, 260, 360, 390, 490]);
    expect(heightOf(rows)).toBe(590);
    expect(heightOf([])).toBe(0);
  });

  it("finds the row of a page", () => {
    expect(rowOf(rows, { file: 0, page: 0 })).toBe(1);
    expect(rowOf(rows, { file: 0, page: 4 })).toBe(2);
    expect(rowOf(rows, { file: 1, page: 0 })).toBe(4);
    expect(rowOf(rows, { file: 2, page: 3 })).toBe(7);
  });

  it("arrows go over the names", () => {
    const go = (file: number, page: number, key: string) => movedLight(rows, { file, page }, key, 2);
    expect(go(0, 1, "ArrowRight")).toEqual({ file: 0, page: 2 });
    expect(go(0, 4, "ArrowRight")).toEqual({ file: 1, page: 0 });
    expect(go(1, 0, "ArrowLeft")).toEqual({ file: 0, page: 4 });
    expect(go(0, 0, "ArrowLeft")).toEqual({ file: 0, page: 0 });
    expect(go(0, 2, "ArrowDown")).toEqual({ file: 0, page: 4 });
    expect(go(0, 4, "ArrowDown")).toEqual({ file: 1, page: 0 });
    expect(go(2, 1, "ArrowUp")).toEqual({ file: 1, page: 0 });
    expect(go(0, 1, "ArrowUp")).toEqual({ file: 0, page: 1 });
    expect(go(2, 3, "ArrowDown")).toEqual({ file: 2, page: 3 });
    expect(go(0, 0, "PageDown")).toEqual({ file: 1, page: 0 });
    expect(go(2, 2, "Home")).toEqual({ file: 0, page: 0 });
    expect(go(0, 0, "End")).toEqual({ file: 2, page: 3 });
    expect(go(0, 0, "x")).toBeNull();
    expect(movedLight([], { file: 0, page: 0 }, "End", 2)).toBeNull();
  });

  it("what is on top is found again when pages above are counted", () => {
    const anchor = anchorOf(rows, 400);
    expect(anchor).toEqual({ kind: "pages", file: 2, page: 0, offset: 10 });
    const later = lightRows([50, 1, 4], 3, heights);
    const moved = (50 - 5 + 2) / 3;
    expect(anchor && scrollOf(later, anchor)).toBe(400 + Math.floor(moved) * 100);
    const name = anchorOf(rows, 235);
    expect(name).toMatchObject({ kind: "head", file: 1, offset: 5 });
    expect(name && scrollOf(rows, name)).toBe(235);
  });

  it("few rows are near the screen, however many pages there are", () => {
    const all = lightRows(Array<number>(200).fill(50), 8, heights);
    const near = within(all, heightOf(all) / 2, heightOf(all) / 2 + 800);
    expect(near.to - near.from).toBeLessThan(15);
  });

  it("sizes have ends, and at least one page fits", () => {
    expect(resized(0, -1)).toBe(0);
    expect(resized(6, 1)).toBe(6);
    expect(columnsIn(0, 2, 16)).toBe(1);
    expect(columnsIn(800, 0, 16)).toBeGreaterThan(columnsIn(800, 4, 16));
    const { box, heights: tall } = measures(2, 16);
    expect(tall.pages).toBeGreaterThan(box.height);
  });
});

describe("documents of the light table", () => {
  const view = (sha256: string): DocumentView => ({
    ...made("pdf", [{ width: 72, height: 72 }]),
    sha256,
    turned: [{ page: 1, turns: 1 }],
  });

  it("are asked for four at a time, those near now first, each once", async () => {
    const asked: string[] = [];
    const answers = new Map<string, () => void>();
    const documents = new LightDocuments((sha256) => {
      asked.push(sha256);
      return new Promise((resolve) => answers.set(sha256, () => resolve(view(sha256))));
    });
    documents.ask(["a", "b", "c", "d", "e", "f"]);
    expect(asked).toEqual(["a", "b", "c", "d"]);
    documents.ask(["d", "x", "y"]);
    expect(asked).toHaveLength(4);
    answers.get("b")?.();
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked).toEqual(["a", "b", "c", "d", "x"]);
    const known = documents.get("b");
    expect(known && "sizes" in known && known.sizes).toEqual([{ width: 96, height: 96 }]);
    expect(known && "turns" in known && known.turns(0)).toBe(1);
    expect(documents.get("a")).toBeUndefined();
  });

  it("one that cannot be read says why, and the others go on", async () => {
    const error = { code: "document_damaged", params: {}, retry: false } as const;
    const documents = new LightDocuments((sha256) =>
      sha256 === "bad" ? Promise.reject(new AppFailure(error)) : Promise.resolve(view(sha256)),
    );
    documents.ask(["bad", "good"]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(documents.get("bad")).toEqual({ error });
    expect(documents.get("good")).toHaveProperty("sizes");
  });
});
