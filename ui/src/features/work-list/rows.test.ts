import { describe, expect, it } from "vitest";
import type { DossierRowView } from "../../ipc";
import { counts, figures, moved, rowsOf, settled } from "./rows";

const row = (more: Partial<DossierRowView>): DossierRowView => ({
  id: "1",
  reference: "D3-2026-000001",
  first_name: "Camille",
  birth_name: "Aubertin",
  used_name: null,
  diploma: "Responsable comptable",
  diploma_code: "CRN0400A",
  center: "Besançon",
  request: "diploma",
  state: "center_review",
  state_known: true,
  fine: 42,
  issues: 1,
  open: 2,
  expected: 6,
  jury: "j1",
  jury_date: "2026-12-11",
  signed_on: "2026-10-12",
  copy: { copy: "complete", total: 45 },
  unsent: 0,
  ...more,
});
const rows = [
  row({ id: "a" }),
  row({ id: "b", open: 0, unsent: 3, copy: { copy: "partial", have: 3, total: 4 } }),
  row({ id: "c", jury: null, copy: { copy: "summary" } }),
];
const ids = (view: Parameters<typeof rowsOf>[0]) => rowsOf(view, rows).map((each) => each.id);

describe("work list", () => {
  it("views keep the order of the app", () => {
    expect(ids("all")).toEqual(["a", "b", "c"]);
    expect(ids("toExamine")).toEqual(["a", "c"]);
    expect(ids("here")).toEqual(["a", "b"]);
    expect(ids("unsent")).toEqual(["b"]);
    expect(ids("jury:j1")).toEqual(["a", "b"]);
    expect(counts(rows)).toEqual({ all: 3, toExamine: 2, here: 2, unsent: 1 });
  });

  it("figures are sums of the rows in view", () => {
    expect(figures(rows)).toEqual({ dossiers: 3, here: 2, open: 4, unsent: 3 });
    expect(settled(row({}))).toEqual({ done: 43, total: 51 });
  });

  it("moves within the list and never out of it", () => {
    expect(moved("ArrowDown", 2, 3)).toBe(2);
    expect(moved("ArrowUp", 0, 3)).toBe(0);
    expect(moved("End", 0, 3)).toBe(2);
    expect(moved("PageUp", 14, 30)).toBe(4);
    expect(moved("x", 0, 3)).toBeNull();
    expect(moved("End", 0, 0)).toBeNull();
  });
});
