import { beforeEach, expect, it, vi } from "vitest";
import { Desk } from "../features/dossier";
import { ipc, type DossierView, type PieceView } from "../ipc";
import { Room } from "./room.svelte";

const file = (sha256: string) => ({ sha256, file_name: `${sha256}.pdf`, here: true });
const piece = (slot: string, more: Partial<PieceView> = {}) =>
  ({
    slot,
    kind: slot,
    label: null,
    deposit: { id: slot, ...file(slot) },
    reasons: [],
    ...more,
  }) as PieceView;

/** The room of a dossier of three pieces, the second of which was replaced; it is on the desk. */
function room() {
  const earlier = { file: file("before"), verdict: { outcome: "rejected" } };
  const pieces = [piece("first"), piece("replaced", { earlier } as Partial<PieceView>), piece("last")];
  const desk = new Desk("d");
  desk.dossier.set({ groups: [{ pieces }] } as unknown as DossierView);
  desk.selectSlot("replaced");
  return new Room(desk);
}

beforeEach(() => {
  const wide = { matches: true, addEventListener: () => undefined, removeEventListener: () => undefined };
  vi.stubGlobal("window", { matchMedia: () => wide });
  vi.stubGlobal("document", { querySelectorAll: () => [] });
  vi.spyOn(ipc, "stopDocument").mockResolvedValue(null);
  vi.spyOn(ipc, "openDocument").mockReturnValue(new Promise(() => undefined));
});

it("the version before stays where it is when the arrows are pressed in it", () => {
  const on = room();
  on.compare();
  on.moveSecond(1);
  expect([on.earlier?.file.sha256, on.secondRow]).toEqual(["before", undefined]);
});

it("Comparer shows the version before in place of another piece, V closes what is there", () => {
  const on = room();
  on.compare();
  on.chooseSecond("last|last");
  on.compareEarlier();
  expect([on.earlier?.file.sha256, on.secondRow]).toEqual(["before", undefined]);
  on.compare();
  expect(on.second).toBeUndefined();
});
