import { expect, it } from "vitest";
import type { HistoryRowView } from "../ipc";
import { historyWhat, historyWho, matches } from "./history";

const plain = (text: string) => text.replaceAll("\u00a0", " ");
const row = (more: Partial<HistoryRowView>): HistoryRowView => ({
  at: "2026-11-20T09:24:00Z",
  name: "Karine Soulier",
  mine: false,
  role: "dnf_reviewer",
  kind: "settle_piece",
  value: "rejected",
  reasons: ["Période différente"],
  comment: null,
  on: "Bulletin de paie, mars 2024",
  slot: "payslip/vauban/2024-03",
  file: null,
  citations: [],
  standing: "in_force",
  set_aside_by: null,
  set_aside_reason: null,
  ...more,
});

it("a row of the history says who did what", () => {
  expect([historyWho(row({})), plain(historyWhat(row({})))]).toEqual([
    "Karine Soulier",
    "Bulletin de paie, mars 2024 : non conforme, période différente",
  ]);
  const deposited = row({ role: "learner", kind: "deposited", value: null, reasons: [] });
  expect(plain(historyWhat(deposited))).toBe("Dépôt : Bulletin de paie, mars 2024");
  expect(historyWho(deposited)).toBe("L’auditrice ou l’auditeur");
  const signed = row({ kind: "sign_assessment", on: "local", value: "favourable", reasons: [] });
  expect(plain(historyWhat(signed))).toBe("Avis local : favorable");
});

it("a filter ignores accents and case and wants every word", () => {
  expect(matches(row({}), "KARINE periode")).toBe(true);
  expect(matches(row({}), "karine avril")).toBe(false);
  expect(matches(row({}), "")).toBe(true);
});
