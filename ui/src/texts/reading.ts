//! The document in the middle of the desk, the one beside it, and the light table.

import type { DossierFoundView, HoldsView } from "../ipc";
import { plural } from "./format";

export const reading = {
  region: "Document",
  pageRegion: "Pages du document",
  secondRegion: "Second document",
  secondPageRegion: "Pages du second document",
  secondPiece: "Pièce à comparer",
  previousPiece: "Pièce précédente, K",
  nextPiece: "Pièce suivante, J",
  zoomIn: "Agrandir, touche +",
  zoomOut: "Réduire, touche −",
  fit: "Ajuster à la largeur, touche 0",
  fitPage: "Page entière, touche Z",
  fullSize: (percent: number) => `${percent} %, revenir à 100 %`,
  rotate: "Pivoter la page, touche P ; tout le document, Maj et P",
  thumbnails: "Vignettes",
  thumbnail: (n: number, of: number) => `Page ${n} sur ${of}`,
  compare: "Comparer à une autre pièce, touche V",
  closeSecond: "Fermer le second document, Échap",
  noOther: "Aucune autre pièce à comparer dans ce dossier.",
  tooNarrow: "La fenêtre est trop étroite pour deux documents.",
  compared: (name: string) => `À côté : ${name}.`,
  pageWord: "page",
  pageInput: (of: number) => `Page, de 1 à ${of}. Entrée pour y aller`,
  pageOf: (of: number) => `/ ${of}`,
  onPage: (n: number, of: number) => `Page ${n} sur ${of}.`,
  pageAlt: (n: number, of: number) => `Page ${n} sur ${of}, image de la pièce`,
  percent: (n: number) => `${n} %`,
  none: "Aucun document à lire pour cette pièce.",
  opening: "Ouverture du document",
  rotated: (quarter: number) => `Affichage pivoté de ${quarter * 90} degrés.`,
  rotatedPage: (n: number, quarter: number) => `Page ${n} pivotée de ${quarter * 90} degrés.`,
  zoomed: (percent: number) => `Zoom ${percent} %.`,
  find: "Rechercher dans le document, touche R",
  findLabel: "Texte à rechercher dans le document",
  findPlaceholder: "Rechercher dans le document",
  previousHit: "Occurrence précédente, Maj+Entrée",
  nextHit: "Occurrence suivante, Entrée",
  closeFind: "Fermer la recherche, Échap",
  found: (n: number) => (n === 0 ? "Aucune occurrence." : `${plural(n, "occurrence", "occurrences")}.`),
  hit: (n: number, of: number) => `${n} sur ${of}`,
  more: " et plus",
  imagePages: (n: number) => `${plural(n, "page", "pages")} sans texte.`,
  textOf: (n: number) => `Texte de la page ${n}`,
  notesAlt: (n: number) => `Annotations de la page ${n}`,
  cited: "Joint au verdict",
  noPlace: "Ce document n’a pas de page à joindre.",
  masked: "Numéro de sécurité sociale masqué",
  maskedCount: (n: number) => plural(n, "numéro masqué", "numéros masqués"),
  lift: "Lever 10 s, L",
  liftedNow: "Levé pour 10 s",
  fieldValue: "Valeur de champ, que le fichier ne dessine pas",
  annotated: "Annotations",
  hideNotes: "Masquer",
  showNotes: "Afficher",
  imagePage: "Page image : son texte ne se recherche pas et ne se copie pas.",
  flowNote: "Texte sans mise en page : ce format se lit ici dans l’ordre du texte, sans images ni colonnes.",
  flowCut: "Le document continue : seul son début est montré.",
  passwordLabel: "Mot de passe du fichier",
  unlock: "Ouvrir",
  slow: "Page lourde, continuer ?",
  goOn: "Continuer",
  stop: "Arrêter",
  fitted: {
    width: (percent: number) => `Largeur ajustée, zoom ${percent} %.`,
    page: (percent: number) => `Page entière, zoom ${percent} %.`,
  },
};

export const light = {
  region: "Table lumineuse",
  opened: (files: number) => `Table lumineuse, ${plural(files, "fichier", "fichiers")}.`,
  list: "Pages de toutes les pièces du dossier",
  open: "Table lumineuse, toutes les pages, touche G",
  close: "Revenir au document, Échap",
  smaller: "Vignettes plus petites, touche −",
  larger: "Vignettes plus grandes, touche +",
  empty: "Aucun fichier de ce dossier n’est encore sur ce poste.",
  count: (files: number) => plural(files, "fichier", "fichiers"),
  pages: (pages: number) => plural(pages, "page", "pages"),
  page: (piece: string, n: number, of: number) => `${piece}, page ${n} sur ${of}`,
  noPages: (piece: string) => `${piece}, texte sans pages`,
  waiting: (piece: string) => `${piece}, pages en cours de comptage`,
  failed: (piece: string, what: string) => `${piece}. ${what}`,
};

export const search = {
  scope: "Où rechercher",
  document: "Ce document",
  dossier: "Tout le dossier",
  label: "Mots à rechercher dans tout le dossier",
  placeholder: "Rechercher dans le dossier",
  previous: "Page trouvée précédente, Maj+Entrée",
  next: "Page trouvée suivante, Entrée",
  list: "Pages trouvées dans le dossier",
  page: (page: number | null) => (page === null ? "texte" : `p. ${page}`),
  at: (n: number, pages: number, files: number, partial: boolean) =>
    `${n} sur ${plural(pages, "page", "pages")}${partial ? " ou plus" : ""}, ${plural(files, "fichier", "fichiers")}`,
  found: (pages: number, files: number, partial: boolean) =>
    pages === 0
      ? "Aucune page trouvée."
      : `${plural(pages, "page", "pages")}${partial ? " ou plus" : ""} dans ${plural(files, "fichier", "fichiers")}.`,
  /** Where nothing could be found, so that nothing found is not taken for nothing there. */
  coverage: (found: DossierFoundView) =>
    [
      found.files_read < found.files &&
        `${plural(found.files_read, "fichier", "fichiers")} sur ${found.files} lus, la lecture continue.`,
      found.files_partial > 0 &&
        `${plural(found.files_partial, "fichier lu en partie", "fichiers lus en partie")}.`,
      found.files_locked > 0 &&
        `${plural(found.files_locked, "fichier", "fichiers")} sous mot de passe, sans recherche.`,
      found.files_unreadable > 0 &&
        `${plural(found.files_unreadable, "fichier illisible", "fichiers illisibles")}.`,
      found.pages_without_text > 0 &&
        `${plural(found.pages_without_text, "page", "pages")} sans texte, où rien ne se trouve.`,
    ]
      .filter(Boolean)
      .join(" "),
};

const warnings: Record<string, string> = {
  unsupported_font: "une police remplacée",
  missing_font: "des caractères absents",
  unreadable_image: "une image illisible",
  undrawn_annotation: "une annotation non dessinée",
  dynamic_form: "un formulaire dynamique",
};

export function warningSentence(codes: string[]): string {
  const known = codes.flatMap((code) => warnings[code] ?? []);
  return known.length === 0
    ? "Aperçu peut-être incomplet."
    : `Aperçu peut-être incomplet : ${known.join(", ")}.`;
}

/** What a file holds beside its pages, as plain facts; nothing if there is nothing. */
export function holdsSentence(holds: HoldsView): string | undefined {
  const facts = [
    holds.scripts && "un script",
    holds.actions && "une action automatique",
    holds.links > 0 && plural(holds.links, "lien", "liens"),
    holds.attachments > 0 && plural(holds.attachments, "fichier joint", "fichiers joints"),
  ].filter((fact): fact is string => typeof fact === "string");
  const inert = facts.length > 0 && `Contient ${facts.join(", ")} : rien n’en est exécuté ni ouvert.`;
  const signed =
    holds.signatures > 0 &&
    `${plural(holds.signatures, "signature non vérifiée", "signatures non vérifiées")}.`;
  return [inert, signed].filter(Boolean).join(" ") || undefined;
}
