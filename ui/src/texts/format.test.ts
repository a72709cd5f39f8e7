import { describe, expect, it } from "vitest";
import {
  bytes,
  clock,
  day,
  fingerprint,
  fullMoment,
  initials,
  longDay,
  lowerFirst,
  mark,
  moment,
  plural,
  shortMoment,
  until,
} from "./format";

/** Spaces that do not break, written as plain ones. */
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const now = Date.parse("2026-11-20T09:30:00Z");

describe("format", () => {
  it("writes the time of Paris, whatever the zone of the machine", () => {
    expect(plain(clock("2026-11-20T09:24:00Z"))).toBe("10 h 24");
    expect(plain(clock("2026-07-20T22:05:00Z"))).toBe("0 h 05");
  });

  it("turns the day at midnight in Paris", () => {
    expect(plain(shortMoment("2026-11-19T22:59:00Z", now))).toBe("hier 23 h 59");
    expect(plain(shortMoment("2026-11-19T23:00:00Z", now))).toBe("0 h 00");
    expect(plain(moment("2026-11-12T16:42:00Z", now))).toBe("le 12/11/2026 à 17 h 42");
    expect(plain(fullMoment("2026-11-19T16:42:00Z", now))).toBe("hier, jeudi 19 novembre, 17 h 42");
  });

  it("says until when, the day too where it is another", () => {
    expect(plain(until("2026-11-20T17:00:00Z", now))).toBe("jusqu’à 18 h 00");
    expect(plain(until("2026-11-20T23:30:00Z", now))).toBe("jusqu’à demain 0 h 30");
    expect(plain(until("2026-11-22T17:00:00Z", now))).toBe("jusqu’au 22/11/2026 à 18 h 00");
  });

  it("keeps a civil day on its day", () => {
    expect(day("2026-12-11")).toBe("11/12/2026");
    expect(plain(longDay("2026-11-20"))).toBe("vendredi 20 novembre 2026");
  });

  it("writes sizes in decimal units", () => {
    expect(plain(bytes(146_000_000))).toBe("146 Mo");
    expect(plain(bytes(2_140_000_000))).toBe("2,1 Go");
    expect(plain(bytes(999_600))).toBe("1 Mo");
    expect(plain(bytes(0))).toBe("0 octets");
    expect(plain(bytes(null))).toBe("0 octets");
  });

  it("counts as French does: zero is singular", () => {
    expect(plural(0, "dossier", "dossiers")).toBe("0 dossier");
    expect(plural(2, "dossier", "dossiers")).toBe("2 dossiers");
  });

  it("puts a name inside a sentence, and leaves an abbreviation alone", () => {
    expect(lowerFirst("Attestation de stage")).toBe("attestation de stage");
    expect(lowerFirst("Élément")).toBe("élément");
    expect(lowerFirst("CV détaillé")).toBe("CV détaillé");
    expect(lowerFirst("")).toBe("");
  });

  it("writes marks, fingerprints and initials", () => {
    expect(mark(1250)).toBe("12,50");
    expect(fingerprint("7c1ea94fd02b")).toBe("7c1e a94f");
    expect(initials("Nadia Ferrand")).toBe("NF");
    expect(initials("Anne-Sophie de la Rochebrune")).toBe("AR");
    expect(initials("Nadia")).toBe("N");
  });
});
