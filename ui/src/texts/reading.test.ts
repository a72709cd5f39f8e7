import { describe, expect, it } from "vitest";
import { holdsSentence, reading, warningSentence, search } from "./reading";

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

describe("what a search of the dossier covers", () => {
  const whole = {
    pages: [],
    partial: false,
    files: 15,
    files_read: 15,
    files_partial: 0,
    files_locked: 0,
    files_unreadable: 0,
    pages_without_text: 0,
  };

  it("is not told when it is everything", () => {
    expect(search.coverage(whole)).toBe("");
  });

  it("says what may hold the words all the same", () => {
    expect(search.coverage({ ...whole, files_read: 12 })).toBe(
      "12 fichiers sur 15 lus, la lecture continue.",
    );
    expect(search.coverage({ ...whole, files_locked: 1, files_unreadable: 2, pages_without_text: 3 })).toBe(
      "1 fichier sous mot de passe, sans recherche. 2 fichiers illisibles. 3 pages sans texte, où rien ne se trouve.",
    );
  });

  it("counts the place, the pages and the files", () => {
    expect(search.at(2, 4, 1, false)).toBe("2 sur 4 pages, 1 fichier");
    expect(search.at(1, 400, 12, true)).toBe("1 sur 400 pages ou plus, 12 fichiers");
    expect(search.found(0, 0, false)).toBe("Aucune page trouvée.");
  });
});
