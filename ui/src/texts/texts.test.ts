import { describe, expect, it } from "vitest";
import * as about from "./about";
import * as arbitration from "./arbitration";
import * as common from "./common";
import * as dossier from "./dossier";
import { errors, sentence } from "./errors";
import * as exchange from "./exchange";
import * as history from "./history";
import * as keys from "./keys";
import * as lease from "./lease";
import * as light from "./light";
import * as reading from "./reading";
import { REFUSALS, refusalSentence } from "./refusals";
import * as review from "./review";
import * as session from "./session";
import * as states from "./states";
import * as together from "./together";
import * as workList from "./work-list";

/** Every text of a module; functions of texts are called with plain values. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === "function") {
    try {
      return textsOf((value as (...args: unknown[]) => unknown)("x", "y", "z", "w"));
    } catch {
      return [];
    }
  }
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsOf);
  return [];
}

const modules = {
  about,
  arbitration,
  common,
  dossier,
  exchange,
  history,
  keys,
  lease,
  light,
  reading,
  review,
  session,
  states,
  together,
  workList,
};
const all = Object.values(modules).flatMap(textsOf);
const sentences = [
  ...Object.values(errors).map((each) => each({})),
  ...REFUSALS.map((refusal) =>
    refusalSentence({ refusal, state: "dnf_review", limit: "4000", count: "2", expected: "mark" }),
  ),
];

describe("texts", () => {
  it("every error says what happened, what is safe and what to do", () => {
    for (const { what, safe, todo } of sentences) {
      for (const part of [what, safe, todo]) expect(part).toMatch(/^[«A-ZÀÂÉÊÎÔÛ].*[.]$/su);
    }
  });

  it("a refusal is told by its rule, and an unknown one is told too", () => {
    expect(sentence({ code: "refused", params: { refusal: "superseded" }, retry: false }).what).toContain(
      "remplacé",
    );
    expect(sentence({ code: "refused", params: { refusal: "of_tomorrow" }, retry: false }).what).toContain(
      "refusée",
    );
  });

  it("names the format of a file that is not read here", () => {
    const told = (what: string) =>
      sentence({ code: "document_unsupported", params: { what }, retry: false }).what;
    expect(told("old_word_document")).toBe("Un document Word d’avant 2007 ne se lit pas ici.");
    expect(told("of_tomorrow")).toBe("Ce format de fichier ne se lit pas ici.");
  });

  it("keeps a no-break space before double signs and inside quotes, and no narrow one", () => {
    const written = [...all, ...sentences.flatMap(textsOf)];
    expect(written.length).toBeGreaterThan(300);
    for (const text of written) {
      expect(text).not.toMatch(/ [:;!?%»]/u);
      expect(text).not.toMatch(/« /u);
      expect(text).not.toContain("\u202f");
      expect(text).not.toContain("'");
    }
  });

  it("never says a piece is authentic or a person at fault", () => {
    const words = /authentifi|certifié|vérifiée|\bfaux\b|fraud|suspect|rejeté|invalide|erreur/iu;
    for (const text of [...all, ...sentences.flatMap(textsOf)]) expect(text).not.toMatch(words);
  });
});
