import { describe, expect, it } from "vitest";
import type { DepositView, PieceView, VerdictView } from "../../ipc";
import {
  choiceOf,
  cites,
  counterpart,
  detailOf,
  progress,
  sameAs,
  sameChoice,
  statusOf,
  withCitation,
  withOutcome,
  withReason,
  type Choice,
} from "./pieces";

const verdict = (more: Partial<VerdictView> = {}): VerdictView => ({
  outcome: "accepted",
  reasons: [],
  comment: null,
  citations: [],
  name: "Nadia Ferrand",
  mine: true,
  role: "center_reviewer",
  made_at: "2026-11-20T09:24:00Z",
  unsent: false,
  ...more,
});
const deposit = (more: Partial<DepositView> = {}): DepositView => ({
  id: "dep1",
  sha256: "7c1ea94f",
  file_name: "bulletin.pdf",
  size_bytes: 1000,
  deposited_at: "2026-10-12T08:00:00Z",
  replaces: 0,
  here: true,
  verdict: null,
  ...more,
});
const piece = (more: Partial<PieceView> = {}): PieceView => ({
  slot: "s1",
  kind: "Bulletin de paie",
  label: "mars 2024",
  state: "deposited",
  required: true,
  deposit: deposit(),
  earlier: null,
  contested: false,
  reasons: [
    { code: "illegible", label: "Illisible" },
    { code: "other", label: "Autre motif" },
  ],
  ...more,
});
const place = (page: number) => ({ page, zone: null });
const empty: Choice = { outcome: null, reasons: [], comment: "", citations: [] };

describe("status of a row", () => {
  it("is that of its own file first, then that of the slot", () => {
    expect(statusOf(piece())).toBe("to_examine");
    expect(statusOf(piece({ deposit: deposit({ verdict: verdict({ outcome: "second_look" }) }) }))).toBe(
      "second_look",
    );
    expect(statusOf(piece({ state: "reopened", deposit: deposit({ replaces: 1 }) }))).toBe("new_version");
    expect(statusOf(piece({ state: "reopened" }))).toBe("reopened");
    expect(statusOf(piece({ state: "expected", deposit: null }))).toBe("expected");
    expect(statusOf(piece({ state: "exempted", deposit: null }))).toBe("exempted");
    expect(statusOf(piece({ state: "not_required", deposit: null }))).toBe("not_applicable");
  });

  it("tells a file that is not here, and the reasons of a verdict", () => {
    expect(detailOf(piece({ deposit: deposit({ here: false }) }))).toBe("pas encore reçue");
    expect(
      detailOf(
        piece({ deposit: deposit({ verdict: verdict({ outcome: "rejected", reasons: ["illegible"] }) }) }),
      ),
    ).toBe("Illisible");
    expect(detailOf(piece({ state: "expected", deposit: null, required: false }))).toBe(
      "aucun fichier déposé, utile",
    );
  });

  it("counts a slot with several files once", () => {
    const twice = [
      piece({ state: "accepted" }),
      piece({ state: "accepted", deposit: deposit({ id: "dep2" }) }),
    ];
    const group = { part: "experience", job: null, pieces: [...twice, piece({ slot: "s2" })] };
    expect(progress([group])).toEqual({ done: 1, total: 2, open: 1 });
  });
});

describe("choosing a verdict", () => {
  it("a reason from no verdict also sets non conforme, and a second press takes it off", () => {
    const once = withReason(empty, "illegible");
    expect(once).toEqual({ outcome: "rejected", reasons: ["illegible"], comment: "", citations: [] });
    expect(withReason(once, "illegible").reasons).toEqual([]);
  });

  it("conforme and sans objet take no reason", () => {
    const rejected = withReason(empty, "illegible");
    expect(withOutcome(rejected, "accepted").reasons).toEqual([]);
    expect(withOutcome(rejected, "second_look").reasons).toEqual(["illegible"]);
    expect(withReason({ ...empty, outcome: "accepted" }, "illegible").reasons).toEqual([]);
  });

  it("what is in force counts as unchanged, whatever the order of the reasons", () => {
    const kept = choiceOf(verdict({ outcome: "rejected", reasons: ["a", "b"], comment: "Non signé." }));
    expect(
      sameChoice(kept, { outcome: "rejected", reasons: ["b", "a"], comment: "Non signé. ", citations: [] }),
    ).toBe(true);
    expect(sameChoice(kept, { ...kept, comment: "" })).toBe(false);
    expect(sameChoice(kept, withCitation(kept, place(1)))).toBe(false);
  });

  it("the same verdict keeps the reasons this piece's catalogue has", () => {
    const previous: Choice = {
      outcome: "rejected",
      reasons: ["illegible", "period_mismatch"],
      comment: "",
      citations: [],
    };
    expect(sameAs(previous, piece()).reasons).toEqual(["illegible"]);
  });

  it("a place is cited once, in order of pages, and taken back by the same key", () => {
    const zone = { page: 1, zone: { x: 0, y: 0, width: 100, height: 100 } };
    const both = withCitation(withCitation(empty, place(2)), zone);
    expect(both.citations).toEqual([zone, place(2)]);
    expect(cites(both, place(1))).toBe(false);
    expect(withCitation(both, place(2)).citations).toEqual([zone]);
    const most = Array.from({ length: 20 }, (_, n) => place(n + 1)).reduce(withCitation, empty);
    expect(withCitation(most, place(21))).toBe(most);
  });

  it("the pages of the piece before are not those of this one", () => {
    expect(sameAs(withCitation({ ...empty, outcome: "accepted" }, place(1)), piece()).citations).toEqual([]);
  });
});

describe("the piece read beside another", () => {
  const row = (slot: string, id: string, here = true) => ({
    key: `${slot}|${id}`,
    piece: piece({ slot, deposit: deposit({ id, here }) }),
  });
  const rows = [row("a", "1"), row("b", "2"), row("b", "3"), row("c", "4", false), row("d", "5")];

  it("is the file before in the slot, else the next one that is here, else one before", () => {
    expect(counterpart(rows, "b|3")?.key).toBe("b|2");
    expect(counterpart(rows, "b|2")?.key).toBe("b|3");
    expect(counterpart(rows, "a|1")?.key).toBe("b|2");
    expect(counterpart(rows, "d|5")?.key).toBe("b|3");
    expect(counterpart(rows.slice(0, 1), "a|1")).toBeUndefined();
  });
});
