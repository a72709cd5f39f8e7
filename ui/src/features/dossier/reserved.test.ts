import { expect, it } from "vitest";
import type { DossierView } from "../../ipc";
import { reserved } from "./reserved";

it("a reservation is over when its time has passed", () => {
  const reservation = { name: null, mine: true, until: "2026-11-20T17:00:00Z", unsent: false };
  const view = { reservation } as DossierView;
  expect(reserved(view, Date.parse("2026-11-20T16:59:59Z"))).toBe(reservation);
  expect(reserved(view, Date.parse("2026-11-20T17:00:00Z"))).toBeUndefined();
  expect(reserved({ reservation: null } as DossierView, 0)).toBeUndefined();
});
