import { describe, expect, it } from "vitest";
import { holdsSentence, reading, warningSentence } from "./reading";

const nothing = {
  scripts: false,
  actions: false,
  links: 0,
  attachments: 0,
  signatures: 0,
  layers: false,
  partial: false,
};

describe("remarks on a document", () => {
  it("says nothing of a plain file", () => {
    expect(holdsSentence(nothing)).toBeUndefined();
  });

  it("lists what is never run, and signatures as not verified", () => {
    expect(holdsSentence({ ...nothing, scripts: true, links: 2, attachments: 1 })).toBe(
      "Contient un script, 2 liens, 1 fichier joint\u00a0: rien n’en est exécuté ni ouvert.",
    );
    expect(holdsSentence({ ...nothing, signatures: 1 })).toBe("1 signature non vérifiée.");
  });

  it("names what the picture may lack, and still warns of what it cannot name", () => {
    expect(warningSentence(["missing_font"])).toContain("caractères absents");
    expect(warningSentence(["of_a_later_version"])).toBe("Aperçu peut-être incomplet.");
  });

  it("counts what was found", () => {
    expect([0, 1, 2].map(reading.found)).toEqual(["Aucune occurrence.", "1 occurrence.", "2 occurrences."]);
  });
});
