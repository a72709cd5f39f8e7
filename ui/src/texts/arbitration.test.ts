import { expect, it } from "vitest";
import type { ArbitrationView, SideView } from "../ipc";
import { arbitration, compared, subjectWords } from "./arbitration";

const side = (more: Partial<SideView>): SideView => ({
  name: "Nadia Ferrand",
  mine: true,
  role: "dnf_reviewer",
  value: "rejected",
  reasons: ["Durée effective absente"],
  comment: null,
  citations: [{ page: 1, zone: null }],
  made_at: "2026-11-19T15:50:00Z",
  file: { sha256: "b90e4471", file_name: "attestation.pdf", here: true },
  ...more,
});
const view = (theirs: SideView | null): ArbitrationView => ({
  decision: "1",
  dossier: "d",
  learner: "Jeanne Hautecœur",
  reference: "D3-2026-005102",
  diploma: "Licence gestion",
  on: "piece",
  piece: "Attestation de stage",
  why: "opposed",
  refusal: { code: "refused", params: { refusal: "conflict" }, retry: false },
  mine: side({}),
  theirs,
  newer: null,
  can_choose: true,
  can_ask: true,
  rules: [],
  rules_version: "2026-09",
});

it("what is identical comes first, then what differs", () => {
  const theirs = side({ mine: false, value: "accepted", reasons: [], citations: [{ page: 2, zone: null }] });
  expect(compared(view(theirs)).map(({ same, title }) => [same, title])).toEqual([
    [true, "Même fichier"],
    [true, "Règles du dossier"],
    [false, "Décisions opposées"],
    [false, "Motifs différents"],
    [false, "Pages citées différentes"],
  ]);
});

it("without another side nothing is compared", () => {
  expect(compared(view(null))).toEqual([]);
});

it("reasons are compared without their capitals, and shown as the catalogue words them", () => {
  const detail = (reasons: string[]) => {
    const lines = compared({ ...view(side({ mine: false, reasons })) });
    const { same, detail } = lines.find(({ title }) => title.includes("otifs")) ?? {};
    return [same, detail?.replaceAll("\u00a0", " ")];
  };
  expect(detail(["durée effective absente"])).toEqual([true, "Durée effective absente"]);
  expect(detail(["NIR visible"])).toEqual([false, "Durée effective absente ; NIR visible"]);
});

it("the piece is named inside a sentence", () => {
  expect(subjectWords(view(null))).toBe("attestation de stage");
  expect(subjectWords({ ...view(null), piece: "CV détaillé" })).toBe("CV détaillé");
  expect(subjectWords({ ...view(null), piece: null, on: "assessment" })).toBe("avis sur l’expérience");
});

it("under a page stands what is cited of it", () => {
  const zone = { x: 0, y: 0, width: 100, height: 100 };
  expect(arbitration.cited(2, { page: 2, zone })).toBe("Page 2, zone citée");
  expect(arbitration.cited(2, { page: 2, zone: null })).toBe("Page 2");
  expect(arbitration.cited(1, undefined)).toBe("Page 1, aucune page citée");
});
