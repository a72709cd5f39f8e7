import { describe, expect, it } from "vitest";
import type { ExchangeView, OutboxRowView, PastExchangeView } from "../ipc";
import { contactWords, decisionLine, pastWords, transferPercent } from "./exchange";

const now = Date.parse("2026-11-20T09:30:00Z");
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const view = (more: Partial<ExchangeView>): ExchangeView => ({
  contact: "offline",
  last_contact: "2026-11-19T16:42:00Z",
  last_attempt: "2026-11-20T09:12:00Z",
  next_attempt: "2026-11-20T09:47:00Z",
  error: null,
  pending: 9,
  refused: 0,
  transfer: null,
  removal: [],
  receive_limit: null,
  clock_off_seconds: null,
  ...more,
});
const row = (more: Partial<OutboxRowView>): OutboxRowView => ({
  decision: "1",
  dossier: "d",
  learner: "Camille Aubertin",
  kind: "settle_piece",
  value: "rejected",
  reasons: ["Période différente"],
  piece: "Bulletin de paie, mars 2024",
  made_at: "2026-11-20T09:24:00Z",
  state: "pending",
  attempts: 0,
  refusal: null,
  can_reopen: false,
  unread_until: null,
  is_early: false,
  ...more,
});

const past = (more: Partial<PastExchangeView>): PastExchangeView => ({
  at: "2026-11-20T09:12:00Z",
  times: 1,
  sent: 0,
  refused: 0,
  receipt: null,
  dossiers: 0,
  files: 0,
  bytes: 0,
  failure: null,
  ...more,
});

describe("past exchanges", () => {
  it.each([
    [
      past({ sent: 23, refused: 1, receipt: "1284" }),
      "ok",
      "23 décisions envoyées, 1 à arbitrer",
      "reçu du service, jusqu’au n° 1284",
    ],
    [past({ files: 3, bytes: 19e6, dossiers: 1 }), "ok", "1 dossier reçu, 3 fichiers reçus (19 Mo)", ""],
    [past({ failure: "unreachable", times: 7 }), "ne", "Pas de réseau, ou service injoignable", "7 essais"],
    [past({ failure: "of_tomorrow" }), "do", "Échange interrompu", ""],
  ])("case %#", (each, tone, what, more) => {
    const words = pastWords(each);
    expect([words.tone, plain(words.what), plain(words.more)]).toEqual([tone, what, more]);
  });
});

describe("contact", () => {
  it("offline tells the age of the copy, the last attempt and the next", () => {
    const words = contactWords(view({}), now);
    expect(plain(words.chip)).toBe("Hors ligne · dernier contact hier 17 h 42");
    expect(plain(words.detail)).toBe(
      "Dernier contact complet : hier, jeudi 19 novembre, 17 h 42. Dernier essai : aujourd’hui à 10 h 12. Prochain essai à 10 h 47, ou F9.",
    );
  });

  it("online tells how fresh it is", () => {
    expect(
      plain(contactWords(view({ contact: "online", last_contact: "2026-11-20T09:24:00Z" }), now).chip),
    ).toBe("En ligne · à jour à 10 h 24");
    expect(contactWords(view({ contact: "sign_in_needed" }), now).chip).toBe("Session à rouvrir");
    expect(plain(contactWords(view({ contact: "unknown", last_contact: null }), now).chip)).toBe(
      "Pas encore de contact",
    );
  });
});

describe("decisions in one line", () => {
  it.each([
    [row({}), "Bulletin de paie, mars 2024 : non conforme, période différente"],
    [row({ kind: "sign_assessment", value: "deferred", reasons: [], piece: null }), "Avis : sursis"],
    [row({ kind: "sign_assessment", value: "975", reasons: [], piece: null }), "Note : 9,75 / 20"],
    [row({ kind: "revoke", value: null, reasons: [] }), "Annulation : Bulletin de paie, mars 2024"],
    [row({ kind: "of_tomorrow", value: null, reasons: [] }), "Décision d’une autre version (of_tomorrow)"],
  ])("case %#", (each, line) => {
    expect(plain(decisionLine(each))).toBe(line);
  });

  it("a transfer is measured in bytes, else in files", () => {
    const transfer = {
      files_done: 1,
      files_total: 4,
      bytes_done: 50,
      bytes_total: 200,
      fetching: null,
      stopped: false,
      failed: [],
    };
    expect(transferPercent(transfer)).toBe(25);
    expect(transferPercent({ ...transfer, bytes_total: null, files_done: 2 })).toBe(50);
    expect(transferPercent({ ...transfer, bytes_total: 0, files_total: 0 })).toBe(100);
  });
});
