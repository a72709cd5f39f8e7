import { expect, it } from "vitest";
import { newsWords, reservedBy } from "./together";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

it("a reservation says until when", () => {
  const now = Date.parse("2026-11-20T09:30:00Z");
  const by = { name: "Karine Soulier", mine: false, until: "2026-11-20T17:00:00Z", unsent: false };
  expect(plain(reservedBy(by, now))).toBe("Karine Soulier travaille sur ce dossier jusqu’à 18 h 00");
  const tomorrow = { ...by, mine: true, until: "2026-11-21T08:00:00Z" };
  expect(plain(reservedBy(tomorrow, now))).toBe("Vous avez réservé ce dossier jusqu’à demain 9 h 00");
});

it("news say what and by whom", () => {
  const item = { news: "settled", slot: "s", piece: "CV", name: null, from: null };
  expect(newsWords(item)).toBe("CV, jugée par une autre personne");
});
