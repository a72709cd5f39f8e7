import { beforeEach, expect, it, vi } from "vitest";
import { ipc, type DossierView, type PieceView, type VerdictView } from "../../ipc";
import { Desk } from "./desk.svelte";

const verdict = (reasons: string[]): VerdictView => ({
  outcome: "rejected",
  reasons,
  comment: null,
  citations: [],
  name: "Nadia Ferrand",
  mine: true,
  role: "center_reviewer",
  made_at: "2026-11-20T09:24:00Z",
  unsent: false,
});
/** A piece whose file was replaced after it was found wanting for a reason. */
const replaced = (slot: string, reason: string): PieceView => ({
  slot,
  kind: "Bulletin de paie",
  label: slot,
  state: "reopened",
  required: true,
  deposit: {
    id: `${slot}-2`,
    sha256: `${slot}2`,
    file_name: "bulletin.pdf",
    size_bytes: 1000,
    deposited_at: "2026-11-18T08:00:00Z",
    replaces: 1,
    here: true,
    verdict: null,
  },
  earlier: { file: { sha256: `${slot}1`, file_name: "ancien.pdf", here: true }, verdict: verdict([reason]) },
  contested: false,
  reasons: ["illegible", "unsigned"].map((code) => ({ code, label: code })),
});
const view = (pieces: PieceView[]) =>
  ({ writable: true, groups: [{ part: "experience", job: null, pieces }] }) as unknown as DossierView;

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A desk on two replaced pieces; `settle` lets the write that is under way end. */
function desk() {
  const [first, second] = [replaced("first", "illegible"), replaced("second", "unsigned")];
  const ends: (() => void)[] = [];
  const settling = vi.spyOn(ipc, "settlePiece").mockImplementation(
    () =>
      new Promise((resolve) => {
        const deposit = first.deposit && { ...first.deposit, verdict: verdict(["illegible"]) };
        ends.push(() => resolve(view([{ ...first, deposit }, second])));
      }),
  );
  const on = new Desk("d");
  on.dossier.set(view([first, second]));
  const settle = async () => {
    ends.shift()?.();
    await settled();
  };
  return { on, settling, settle };
}

beforeEach(() => void vi.restoreAllMocks());

it.each(["stays", "fixes"] as const)("%s pressed twice says nothing of the next piece", async (answer) => {
  const { on, settling, settle } = desk();
  on.answer(answer);
  on.answer(answer);
  await settle();
  expect(on.row?.piece.slot).toBe("second");
  expect(settling).toHaveBeenCalledTimes(1);
  expect(on.hasUnsaved).toBe(false);
});

it("an answer takes the reasons of its own piece", async () => {
  const { on, settling, settle } = desk();
  on.answer("stays");
  await settle();
  on.answer("stays");
  expect(settling.mock.calls.map(([, slot, , { outcome, reasons }]) => [slot, outcome, reasons])).toEqual([
    ["first", "rejected", ["illegible"]],
    ["second", "rejected", ["unsigned"]],
  ]);
});

it("another fault takes nothing of the verdict before, and waits for its reason", () => {
  const { on, settling } = desk();
  on.answer("other");
  expect(on.choice).toEqual({ outcome: "rejected", reasons: [], comment: "", citations: [] });
  expect(settling).not.toHaveBeenCalled();
});

it("what was seen when leaving is asked again, and is not news at the next visit", async () => {
  const { on } = desk();
  const asked = vi.spyOn(ipc, "openDossier").mockResolvedValue(view([]));
  vi.spyOn(ipc, "looked").mockResolvedValue(null);
  on.dossier.watch()();
  await settled();
  await on.looked();
  on.dossier.watch();
  await settled();
  expect(asked).toHaveBeenCalledTimes(2);
});

it("a page cited during a write is not cited for the piece that follows", async () => {
  const { on, settle } = desk();
  on.answer("stays");
  on.cite({ page: 1, zone: null });
  await settle();
  expect(on.row?.piece.slot).toBe("second");
  expect(on.choice.citations).toEqual([]);
});
