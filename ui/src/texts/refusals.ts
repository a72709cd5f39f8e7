//! Why a decision has no effect: a sentence for every code of the domain's refusals.

import type { Params, Sentence } from "./errors";
import { dossierState } from "./states";

export const REFUSALS = [
  "same_id_other_text",
  "unknown_subject",
  "unknown_kind",
  "wrong_subject",
  "unknown_state",
  "not_allowed",
  "superseded",
  "conflict",
  "base_unknown",
  "depends_on_refused",
  "catalogue_missing",
  "reason_missing",
  "reason_not_expected",
  "unknown_reason",
  "words_missing",
  "text_too_long",
  "citation_invalid",
  "wrong_assessment",
  "unknown_diploma",
  "nothing_to_revoke",
  "nothing_to_arbitrate",
  "pieces_open",
  "nothing_asked",
  "deadline_passed",
  "bad_signature",
  "not_the_author",
  "out_of_scope",
  "shut_out",
] as const;

export type RefusalCode = (typeof REFUSALS)[number];

const kept = "Votre décision est gardée ici, avec sa raison ; le reste continue.";
const typed = "Ce que vous avez saisi est toujours là.";
const help = "Signalez-le à l’assistance.";
const resync = "Synchronisez, puis rouvrez le dossier.";

const refusals: Record<RefusalCode, (params: Params) => Sentence> = {
  same_id_other_text: () => ({
    what: "Le service a déjà une autre décision sous le même numéro.",
    safe: kept,
    todo: help,
  }),
  unknown_subject: () => ({ what: "La pièce visée n’est plus dans le dossier.", safe: kept, todo: resync }),
  unknown_kind: () => ({
    what: "Le service ne connaît pas encore ce genre de décision.",
    safe: kept,
    todo: "Attendez la mise à jour du service, ou retirez la décision.",
  }),
  wrong_subject: () => ({ what: "Cette décision ne s’applique pas à cet objet.", safe: kept, todo: help }),
  unknown_state: () => ({
    what: "Le service annonce un statut que cette version ne connaît pas.",
    safe: "Le dossier est en lecture seule, rien ne part.",
    todo: "Mettez Lutrin à jour, ou signalez le statut à l’assistance.",
  }),
  not_allowed: (params) => ({
    what: params.state
      ? `Le dossier est à l’état « ${dossierState(params.state)} » : votre rôle ne décide pas à cette étape.`
      : "Dans l’état du dossier, votre rôle ne décide pas ici.",
    safe: "Vous pouvez lire toutes les pièces ; rien n’a été modifié.",
    todo: "Lisez sans décider, ou voyez avec la personne chargée du dossier.",
  }),
  superseded: () => ({
    what: "L’auditrice ou l’auditeur a remplacé ce fichier depuis.",
    safe: "Votre verdict reste attaché à l’ancienne version, dans l’historique.",
    todo: "Examinez la nouvelle version.",
  }),
  conflict: () => ({
    what: "Une autre personne a décidé entre-temps sur la même pièce.",
    safe: kept,
    todo: "Rouvrez la pièce pour voir l’autre décision, puis décidez de nouveau s’il le faut.",
  }),
  base_unknown: () => ({
    what: "Le service n’a pas encore la décision que celle-ci suit.",
    safe: kept,
    todo: "Attendez que l’autre poste ait envoyé la sienne.",
  }),
  depends_on_refused: () => ({
    what: "Cette décision suivait une décision refusée.",
    safe: kept,
    todo: "Reprenez d’abord la décision refusée.",
  }),
  catalogue_missing: () => ({
    what: "Les règles de ce dossier ne sont pas à disposition.",
    safe: kept,
    todo: "Synchronisez pour recevoir les règles.",
  }),
  reason_missing: () => ({
    what: "Un verdict « Non conforme » demande un motif.",
    safe: typed,
    todo: "Choisissez un motif de 1 à 0.",
  }),
  reason_not_expected: () => ({
    what: "Ce verdict ne prend pas de motif.",
    safe: typed,
    todo: "Retirez les motifs.",
  }),
  unknown_reason: () => ({
    what: "Ce motif n’est pas dans les règles du dossier.",
    safe: typed,
    todo: "Choisissez un autre motif.",
  }),
  words_missing: () => ({
    what: "Quelques mots sont nécessaires ici.",
    safe: typed,
    todo: "Écrivez-les dans le commentaire ou la motivation.",
  }),
  text_too_long: (params) => ({
    what: params.limit ? `Le texte dépasse ${params.limit} caractères.` : "Le texte est trop long.",
    safe: typed,
    todo: "Raccourcissez-le.",
  }),
  citation_invalid: () => ({
    what: "Une page ou une zone jointe n’existe pas, ou elles sont plus de vingt.",
    safe: typed,
    todo: "Retirez des preuves jointes, puis validez à nouveau.",
  }),
  wrong_assessment: (params) => ({
    what:
      params.expected === "mark"
        ? "Ce diplôme se juge par une note, pas par un avis."
        : params.expected === "opinion"
          ? "Ce diplôme se juge par un avis, pas par une note."
          : "Ce diplôme se juge de l’autre façon : avis ou note.",
    safe: typed,
    todo: "Reprenez sous la bonne forme.",
  }),
  unknown_diploma: () => ({
    what: "Le diplôme n’est pas dans les règles à disposition.",
    safe: kept,
    todo: resync,
  }),
  nothing_to_revoke: () => ({
    what: "Il n’y a plus de décision de votre part à annuler ici.",
    safe: "Rien n’a été modifié.",
    todo: resync,
  }),
  nothing_to_arbitrate: () => ({
    what: "Il n’y a plus deux décisions entre lesquelles choisir.",
    safe: kept,
    todo: "Rouvrez la pièce, puis décidez de nouveau s’il le faut.",
  }),
  pieces_open: (params) => ({
    what: params.count
      ? `Pièces obligatoires encore à régler : ${params.count}.`
      : "Des pièces obligatoires restent à régler.",
    safe: kept,
    todo: "Examinez-les d’abord.",
  }),
  nothing_asked: () => ({
    what: "La demande ne demande aucune pièce.",
    safe: typed,
    todo: "Ajoutez au moins une pièce.",
  }),
  deadline_passed: () => ({
    what: "La date limite est déjà passée.",
    safe: typed,
    todo: "Choisissez une date à venir.",
  }),
  bad_signature: () => ({ what: "La signature de ce poste n’a pas été reconnue.", safe: kept, todo: help }),
  not_the_author: () => ({ what: "La décision n’est pas de la personne connectée.", safe: kept, todo: help }),
  out_of_scope: () => ({
    what: "Ce dossier n’est plus dans ceux que vous suivez.",
    safe: kept,
    todo: "Retirez la décision de l’envoi, ou voyez avec le centre.",
  }),
  shut_out: () => ({
    what: "La décision a été prise après le retrait du poste ou la désactivation du compte.",
    safe: kept,
    todo: "Adressez-vous à l’administration du service.",
  }),
};

function isRefusal(code: string | undefined): code is RefusalCode {
  return REFUSALS.includes(code as RefusalCode);
}

export function refusalSentence(params: Params): Sentence {
  const code = params.refusal;
  if (isRefusal(code)) return refusals[code](params);
  return { what: "La décision a été refusée.", safe: kept, todo: help };
}
