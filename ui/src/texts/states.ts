//! Words for the codes of the contract.

import type { AssessmentView, CopyView, OutcomeView, RequestView } from "../ipc";
import { mark } from "./format";

export const dossierStates: Record<string, string> = {
  draft: "En cours de saisie",
  signed: "Déposé",
  center_review: "En examen au centre",
  correction_requested: "Correction demandée",
  reminded: "Correction relancée",
  closed_incomplete: "Classé incomplet",
  complete: "Complet",
  dnf_review: "Transmis à la DNF",
  jury_ready: "Prêt pour le jury",
  jury_held: "Passé en jury",
  awarded: "Accordé par le jury",
  deferred: "Ajourné par le jury",
  refused: "Refusé par le jury",
  notified: "Notifié",
  diploma_delivered: "Diplôme remis",
  withdrawn: "Retiré",
  out_of_scope: "Hors périmètre D3",
};

export const unknownState = "Statut inconnu (lecture seule)";

export function dossierState(code: string): string {
  return dossierStates[code] ?? unknownState;
}

export const requests: Record<RequestView, { short: string; long: string }> = {
  diploma: { short: "Diplôme", long: "Délivrance de diplôme" },
  experience: { short: "Expérience", long: "Analyse de l’expérience" },
  early_experience: { short: "Anticipée", long: "Analyse anticipée de l’expérience" },
};

export const outcomes: Record<OutcomeView, string> = {
  accepted: "Conforme",
  rejected: "Non conforme",
  second_look: "Second regard",
  not_applicable: "Sans objet",
};

/** The outcome that the code of a value is, if it is one. */
export function outcomeOf(value: string | null): OutcomeView | undefined {
  return value !== null && value in outcomes ? (value as OutcomeView) : undefined;
}

/** What a row of the list of pieces can say. */
export type PieceStatus = OutcomeView | "to_examine" | "new_version" | "reopened" | "expected" | "exempted";

export const pieceStatuses: Record<PieceStatus, string> = {
  ...outcomes,
  to_examine: "À examiner",
  new_version: "Nouvelle version",
  reopened: "Rouverte",
  expected: "Attendue",
  exempted: "Dispensée",
};

export function copyWords(copy: CopyView): string {
  if (copy.copy === "complete") return "Complète";
  if (copy.copy === "partial") return `${copy.have} sur ${copy.total}`;
  return "À prendre";
}

export const opinions: Record<Exclude<AssessmentView["kind"], "mark">, string> = {
  favourable: "Favorable",
  unfavourable: "Défavorable",
  internship: "Stage requis",
  deferred: "Sursis",
  more_information: "Complément demandé",
};

export function assessmentWords(assessment: AssessmentView): string {
  switch (assessment.kind) {
    case "mark":
      return `${mark(assessment.hundredths)} / 20`;
    case "internship":
      return `Stage requis, ${assessment.months} mois`;
    default:
      return opinions[assessment.kind];
  }
}

export const roles: Record<string, string> = {
  center_reviewer: "la scolarité du centre",
  local_lead: "le responsable pédagogique local",
  dnf_reviewer: "la DNF",
  national_lead: "le responsable national de la formation",
  jury_secretary: "le secrétariat du jury",
  administrator: "l’administration du service",
};

/** What a person is, next to their name. */
export const ownRoles: Record<string, string> = {
  center_reviewer: "scolarité du centre",
  local_lead: "responsable pédagogique local",
  dnf_reviewer: "instruction, DNF",
  national_lead: "responsable national",
  jury_secretary: "secrétariat du jury",
  administrator: "administration",
};

/** A person whose name is not known here, within a sentence. */
export const somebody = "une autre personne";

/** Whose a decision is, within a sentence. */
export function author(of: { mine: boolean; name: string | null; role: string }): string {
  return of.mine ? "vous" : (of.name ?? roles[of.role] ?? somebody);
}
