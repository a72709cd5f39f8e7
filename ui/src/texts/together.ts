//! What others do on the same dossier, in words.

import type { NewsView, ReservationView } from "../ipc";
import { plural, until, upperFirst } from "./format";
import { dossierState, somebody } from "./states";

export const reservation = {
  reserve: "Réserver",
  reserveNote: "Les autres verront que vous y travaillez, et pourront continuer.",
  release: "Libérer",
  reserved: (until: string) => `Dossier réservé ${until}.`,
  released: "Dossier libéré.",
  unsent: ", à l’envoi",
  othersMay: "Vous pouvez lire et décider ; accordez-vous avec cette personne.",
};

/** "Karine Soulier travaille sur ce dossier jusqu’à 18 h 00". */
export function reservedBy(by: ReservationView, now: number): string {
  if (by.mine) return `Vous avez réservé ce dossier ${until(by.until, now)}`;
  return `${by.name ?? upperFirst(somebody)} travaille sur ce dossier ${until(by.until, now)}`;
}

export const news = {
  title: "Depuis votre dernière visite",
  seen: "C’est vu",
  seenSaid: "Nouveautés vues.",
  between: "\u00a0; ",
  more: (n: number) => ` ; et ${plural(n, "autre nouveauté", "autres nouveautés")}`,
};

export function newsWords(item: NewsView): string {
  const who = item.name ?? somebody;
  switch (item.news) {
    case "deposited":
      return `fichier déposé\u00a0: ${item.piece ?? ""}`;
    case "replaced":
      return `fichier remplacé\u00a0: ${item.piece ?? ""}`;
    case "settled":
      return `${item.piece ?? "pièce"}, jugée par ${who}`;
    case "signed":
      return `avis signé par ${who}`;
    case "moved":
      return `étape changée, auparavant «\u00a0${dossierState(item.from ?? "")}\u00a0»`;
    default:
      return item.piece ?? "";
  }
}

export const earlier = {
  title: "Version précédente",
  file: "Version précédente",
  compare: "Comparer",
  notHere: "L’ancien fichier n’est pas sur ce poste.",
  fixes: "Corrige",
  stays: "Ne corrige pas",
  other: "Autre problème",
  legend: "La nouvelle version",
  otherSaid: "Non conforme\u00a0: choisissez le motif, puis Entrée.",
};
