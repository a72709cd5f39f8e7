import { expect, it } from "vitest";
import type { ExchangeView, TransferView } from "../../ipc";
import { outdated } from "./outdated";

const transfer: TransferView = {
  files_done: 3,
  files_total: 10,
  bytes_done: 3000,
  bytes_total: 10_000,
  fetching: "Jeanne Hautecœur",
  stopped: false,
  failed: [],
};
const view = (more: Partial<ExchangeView> = {}): ExchangeView => ({
  contact: "exchanging",
  last_contact: "2026-11-20T09:00:00Z",
  last_attempt: "2026-11-20T09:24:00Z",
  next_attempt: null,
  error: null,
  pending: 2,
  refused: 0,
  transfer,
  removal: [],
  receive_limit: null,
  clock_off_seconds: null,
  ...more,
});
const nothing = { decisions: false, past: false, files: false, machine: false };
const all = { decisions: true, past: true, files: true, machine: true };

it("bytes that come put no list out of date", () => {
  const more = view({ transfer: { ...transfer, bytes_done: 3500 } });
  expect(outdated(view(), more)).toEqual(nothing);
  const other = view({ transfer: { ...transfer, fetching: "Nadia Ferrand" } });
  expect(outdated(view(), other)).toEqual(nothing);
});

it("a file that is here, or a dossier that was taken, changes what is lacking and what is held", () => {
  const files = { decisions: false, past: false, files: true, machine: true };
  expect(outdated(view(), view({ transfer: { ...transfer, files_done: 4, bytes_done: 4000 } }))).toEqual(
    files,
  );
  expect(outdated(view(), view({ transfer: { ...transfer, files_total: 12 } }))).toEqual(files);
});

it("a reception that ends is an exchange more", () => {
  const ended = view({ transfer: { ...transfer, fetching: null } });
  expect(outdated(view(), ended)).toEqual({ ...nothing, past: true });
});

it("a decision made, sent or refused changes the decisions on their way", () => {
  expect(outdated(view(), view({ pending: 1 })).decisions).toBe(true);
  expect(outdated(view(), view({ refused: 1 })).decisions).toBe(true);
});

it("another attempt changes everything, even one that brought nothing", () => {
  expect(outdated(view(), view({ last_attempt: "2026-11-20T09:30:00Z" }))).toEqual(all);
  expect(outdated(undefined, view())).toEqual(all);
});

it("an event that shows nothing of its own is about the machine, such as its clock", () => {
  expect(outdated(view(), view())).toEqual({ ...nothing, machine: true });
});
