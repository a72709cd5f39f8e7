//! The document in the middle of the desk.

import type { HoldsView } from "../ipc";
import { plural } from "./format";

export const reading = {
  region: "Document",
  pageRegion: "Pages du document",
  previousPiece: "Pièce précédente, K",
  nextPiece: "Pièce suivante, J",
  zoomIn: "Agrandir, touche +",
  zoomOut: "Réduire, touche −",
  fit: "Ajuster à la largeur, touche 0",
  rotate: "Pivoter, touche P",
  page: (n: number, of: number) => `page ${n} / ${of}`,
  pageAlt: (n: number, of: number) => `Page ${n} sur ${of}, image de la pièce`,
  percent: (n: number) => `${n} %`,
  none: "Aucun document à lire pour cette pièce.",
  opening: "Ouverture du document",
  rotated: (quarter: number) => `Affichage pivoté de ${quarter * 90} degrés.`,
  zoomed: (percent: number) => `Zoom ${percent} %.`,
};
