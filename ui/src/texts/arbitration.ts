//! What the service did not apply, and what a person makes of it.

import type { ArbitrationView, ChoiceView, CitationView, SideView, WhyRefusedView } from "../ipc";
import { valueWords } from "./exchange";
import { fingerprint, lowerFirst, upperFirst } from "./format";
import { ownRoles, somebody } from "./states";

export const arbitration = {
  title: "À arbitrer",
  titleOf: (what: string) => `À arbitrer : ${what}`,
  place: (n: number, total: number) => `${n} sur ${total}`,
  calm: "sans effet sur le reste",
  none: "Rien à arbitrer.",
  noneNote: "Ce que le service n’applique pas attend ici, avec les deux côtés.",
  gone: "Cette décision est déjà réglée.",
  back: "Échanges",
  backLabel: "Retour aux échanges, Échap",
  yours: "Votre décision",
  theirs: "Au service",
  you: "Vous",
  reasons: "Motif",
  noReason: "aucun",
  noComment: "Sans commentaire.",
  made: "Rendu",
  file: "Fichier vu",
  rules: "Règles",
  differs: "Ce qui diffère",
  rule: "Ce que dit la règle",
  noRule: "Aucun motif n’est en jeu.",
  reason: "Raison de l’arbitrage, obligatoire pour 1 et 2",
  keepMine: "Retenir ma décision",
  keepTheirs: (name: string) => `Retenir celle de ${name}`,
  keepTheirsAlone: "Retenir l’autre décision",
  second: "Demander un second regard",
  later: "Décider plus tard",
  fileAway: "Classer",
  fileAwayNote: "Votre décision reste lisible dans l’historique du dossier ; rien n’est envoyé.",
  examine: "Examiner la nouvelle version",
  openDossier: "Ouvrir le dossier",
  /** Under the page of a side; the first one where none is cited. */
  cited: (page: number, citation: CitationView | undefined) => {
    if (!citation) return `Page ${page}, aucune page citée`;
    return citation.zone ? `Page ${page}, zone citée` : `Page ${page}`;
  },
  pageFailed: "La page ne peut pas être montrée ici. Ouvrez la pièce pour la lire.",
  fileElsewhere: "Le fichier n’est pas sur ce poste.",
  pageOf: (side: string) => `Page citée, ${side}`,
  reasonNeeded: "Écrivez d’abord la raison de l’arbitrage.",
  settled: {
    mine: "Votre décision est retenue. L’autre reste dans l’historique.",
    theirs: "L’autre décision est retenue. La vôtre reste dans l’historique.",
    second_look: "Un second regard est demandé. Les deux décisions restent dans l’historique.",
    file_away: "Classé. Votre décision reste lisible.",
  } satisfies Record<ChoiceView, string>,
  reopened: "De nouveau à arbitrer.",
  reopen: "Rouvrir",
};

/** Why it is here, in a few words for a list. */
export const whyShort: Record<WhyRefusedView, string> = {
  opposed: "Deux décisions opposées",
  replaced: "Pièce remplacée depuis",
  moved: "Dossier passé à une autre étape",
  out_of_scope: "Dossier hors de votre périmètre",
  rule_gone: "Règle qui n’est plus en vigueur",
  other: "Décision que le service n’applique pas",
};

/** The same in two sentences: what happened, and what is safe. */
export const whyLong: Record<WhyRefusedView, { what: string; safe: string }> = {
  opposed: {
    what: "Deux personnes ont décidé sur la même pièce sans le savoir.",
    safe: "Les deux décisions sont gardées à l’historique, quoi que vous choisissiez. Seule cette pièce attend ; le reste du dossier continue.",
  },
  replaced: {
    what: "L’auditrice ou l’auditeur a remplacé ce fichier après votre décision.",
    safe: "Votre décision reste attachée à l’ancienne version. La nouvelle est à examiner.",
  },
  moved: {
    what: "Le dossier est passé à une autre étape avant que votre décision n’arrive.",
    safe: "Elle est gardée ici, avec sa raison. Vous pouvez la classer, ou en parler à la personne chargée du dossier.",
  },
  out_of_scope: {
    what: "Ce dossier n’est plus dans ceux que vous suivez.",
    safe: "Votre décision est gardée ici ; le service n’en a rien appliqué.",
  },
  rule_gone: {
    what: "Votre décision s’appuie sur une règle ou un motif qui n’est pas dans les règles du dossier.",
    safe: "Elle est gardée ici. Décidez de nouveau avec les règles du dossier.",
  },
  other: {
    what: "Le service n’a pas appliqué cette décision.",
    safe: "Elle est gardée ici, avec sa raison ; le reste continue.",
  },
};

export function subjectWords(view: ArbitrationView): string {
  if (view.piece) return lowerFirst(view.piece);
  if (view.on === "assessment") return "avis sur l’expérience";
  if (view.on === "job") return "emploi";
  return "décision";
}

export function sideName(side: SideView): string {
  return side.name ?? (side.mine ? arbitration.you : upperFirst(somebody));
}

export function sideRole(side: SideView): string {
  return ownRoles[side.role] ?? "";
}

export interface Compared {
  same: boolean;
  title: string;
  detail: string;
}

const labels = (words: string[]) => [...words].sort().join(", ");
const cited = (side: SideView) =>
  side.citations.length === 0
    ? "aucune"
    : side.citations.map((each) => `page ${each.page}${each.zone ? ", zone" : ""}`).join(" ; ");

/** What is identical on both sides, then what differs. */
export function compared(view: ArbitrationView): Compared[] {
  const { mine, theirs } = view;
  if (!theirs) return [];
  const lines: Compared[] = [];
  const add = (same: boolean, yes: string, no: string, detail: string) =>
    lines.push({ same, title: same ? yes : no, detail });
  if (mine.file && theirs.file) {
    const same = mine.file.sha256 === theirs.file.sha256;
    add(same, "Même fichier", "Fichiers différents", `empreinte ${fingerprint(theirs.file.sha256)}`);
  }
  if (view.rules_version) add(true, "Règles du dossier", "", view.rules_version);
  const values = [mine.value, theirs.value].map(valueWords);
  add(values[0] === values[1], "Même décision", "Décisions opposées", values.join(", "));
  const [my, their] = [labels(mine.reasons), labels(theirs.reasons)];
  if (my || their) {
    const same = my.toLowerCase() === their.toLowerCase();
    const detail = same ? my : `${my || "aucun"} ; ${their || "aucun"}`;
    add(same, "Mêmes motifs", "Motifs différents", detail);
  }
  if (mine.citations.length > 0 || theirs.citations.length > 0) {
    const same = JSON.stringify(mine.citations) === JSON.stringify(theirs.citations);
    add(same, "Mêmes pages citées", "Pages citées différentes", `${cited(mine)} et ${cited(theirs)}`);
  }
  return lines.sort((a, b) => Number(b.same) - Number(a.same));
}
