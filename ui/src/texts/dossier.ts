//! An open dossier: pieces and verdicts.

import type { CitationView } from "../ipc";
import { plural } from "./format";

export const dossier = {
  back: "Retour aux dossiers, Échap",
  space: "Espace",
  escape: "Échap",
  backButton: "Revenir aux dossiers",
  tabs: "Parties du dossier",
  pieces: "Pièces",
  review: "Expérience et avis",
  usedName: (name: string) => `nom d’usage ${name}`,
  noName: "Dossier",
  toExamine: (n: number) => `${n} à examiner`,
  allExamined: "tout est examiné",
  list: "Pièces du dossier",
  lightTable: "Table lumineuse, toutes les pages, touche G",
  curriculum: "Cursus",
  experience: "Expérience, ensemble",
  useful: "utile",
  notHere: "pas encore reçue",
  noFile: "aucun fichier déposé",
  version: (n: number) => `version ${n}`,
  panel: "Contrôle de la pièce",
  facts: {
    file: "Fichier",
    deposited: "Déposé le",
    version: "Version",
    size: "Taille",
    pages: "Pages",
    fingerprint: "Empreinte",
    required: "Exigence",
  },
  firstVersion: "1, la première",
  replaces: (n: number) => `${n + 1}, après ${plural(n, "version remplacée", "versions remplacées")}`,
  requiredYes: "exigée par les textes",
  requiredNo: "utile, non exigée",
  depositTitle: "Fichier déposé",
  verdictTitle: "Verdict en vigueur",
  noVerdict: "Aucun verdict pour ce fichier.",
  by: (author: string, when: string) => `par ${author}, ${when}`,
  waiting: "À l’envoi",
  received: "Reçu par le service",
  verdict: "Verdict",
  reasons: "Motifs",
  noReasons: "Aucun motif au catalogue pour cette pièce.",
  comment: "Commentaire",
  commentRequired: "Commentaire, obligatoire pour « autre motif »",
  commentNote: "Lisible par l’auditrice ou l’auditeur.",
  notValidated: "Choisi, pas encore validé.",
  validate: "Valider, pièce suivante",
  nextPiece: "Pièce suivante",
  expectedTitle: "Aucun fichier n’a été déposé pour cette pièce.",
  expectedNote: "Il n’y a rien à juger ici pour l’instant.",
  settledSlot: {
    exempted: "Cette pièce est dispensée.",
    not_required: "Cette pièce n’est pas demandée pour ce dossier.",
  },
  notHereTitle: "Ce fichier n’est pas encore sur ce poste.",
  notHereNote: "Le verdict s’ouvrira à son arrivée.",
  contested: "Votre décision sur cette pièce n’a pas été appliquée par le service.",
  arbitrate: "Arbitrer",
  readOnly: "Lecture seule",
  chooseFirst: "Choisissez d’abord un verdict : C, N, S ou O.",
  saved: (outcome: string, piece: string, time: string) =>
    `${outcome} : ${piece}. Enregistré sur ce poste à ${time}.`,
  chosen: (outcome: string) => `${outcome}. Entrée pour valider.`,
  chosenWithReasons: (outcome: string, reasons: string) => `${outcome}, ${reasons}. Entrée pour valider.`,
  same: (outcome: string) => `Même verdict que la pièce précédente : ${outcome}. Entrée pour valider.`,
  noSame: "Aucun verdict précédent à reprendre dans ce dossier.",
  unchanged: (outcome: string) => `${outcome}, sans changement.`,
  last: "Dernière pièce du dossier.",
  noReasonHere: (outcome: string) => `${outcome} ne prend pas de motif.`,
  undone: (piece: string) => `Annulé : ${piece}.`,
  undoneWithdrawn: "Retiré avant l’envoi.",
  undoneRevoked: "L’annulation est à l’envoi.",
  undoneReview: "l’avis signé",
  undoneOther: "la dernière décision",
  partial: (have: number, total: number) =>
    `Copie partielle : ${have} fichiers sur ${total}. Les autres arrivent au prochain échange.`,
  pieceName: (kind: string, label: string | null) => (label ? `${kind}, ${label}` : kind),
  empty: "Ce dossier n’a aucune pièce.",
};

/** A page, and whether a part of it, that a verdict cites. */
export function placeWords(place: CitationView): string {
  return place.zone ? `page ${place.page}, zone` : `page ${place.page}`;
}

export const proof = {
  legend: "Preuves jointes au verdict",
  place: placeWords,
  cited: (places: CitationView[]) =>
    `${places.length > 1 ? "Preuves jointes" : "Preuve jointe"} : ${places.map(placeWords).join(" ; ")}`,
  add: (page: number) => `Joindre la page ${page}`,
  addHint: "Joint au verdict ce qui est sélectionné ou encadré sur la page, sinon la page affichée",
  remove: (place: CitationView) => `Retirer la preuve, ${placeWords(place)}`,
  added: (place: CitationView) => `Preuve jointe : ${placeWords(place)}.`,
  removed: (place: CitationView) => `Preuve retirée : ${placeWords(place)}.`,
  most: "Un verdict ne joint pas plus de vingt preuves.",
};
