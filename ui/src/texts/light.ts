//! Whether deciding is safe, in words.

import type { ConditionView, DossierView, StandingView } from "../ipc";
import { moment, plural } from "./format";
import { somebody } from "./states";
import { reservedBy } from "./together";

export const light = {
  words: {
    holds: "Bon pour décider",
    unknown: "À vérifier avant de décider",
    fails: "Décision impossible",
  } satisfies Record<StandingView, string>,
  why: "Pourquoi ?",
  title: "Peut-on décider sur ce dossier ?",
  note: "Ce que ce poste sait, au dernier contact avec le service.",
  said: { holds: "oui", unknown: "à vérifier", fails: "non" } satisfies Record<StandingView, string>,
};

/** One condition of the light, as a sentence that says exactly what is known. */
export function conditionWords(
  { condition, standing }: ConditionView,
  view: DossierView,
  lastContact: string | null | undefined,
  now: number,
): string {
  const good = standing === "holds";
  const last = lastContact ? `Dernier contact ${moment(lastContact, now)}.` : "Aucun contact complet encore.";
  switch (condition) {
    case "files": {
      if (good) return "Toutes les pièces en vigueur sont sur ce poste, intactes.";
      const lacking = view.copy.copy === "partial" ? view.copy.total - view.copy.have : 0;
      const what = plural(lacking, "fichier n’est pas", "fichiers ne sont pas");
      return `${what} sur ce poste. Synchronisez ; l’avis et la transmission attendent la copie entière.`;
    }
    case "newest":
      if (good) return `Rien de plus récent n’est annoncé. ${last}`;
      return standing === "fails"
        ? `Le service annonce une version plus récente de ce dossier. Synchronisez pour la recevoir. ${last}`
        : `${last} Ce qui a changé depuis n’est pas connu ici.`;
    case "rules":
      return good
        ? "Les règles du dossier sont sur ce poste."
        : "Les règles du dossier ne sont pas sur ce poste. Synchronisez.";
    case "colleagues": {
      if (good) return `Aucun travail d’${somebody} n’est annoncé.`;
      const words: string[] = [];
      const { reservation, contested } = view;
      if (reservation && !reservation.mine) words.push(`${reservedBy(reservation, now)}.`);
      if (contested > 0)
        words.push(
          `${plural(contested, "décision contredit", "décisions contredisent")} celle d’${somebody}\u00a0: arbitrez dans Échanges.`,
        );
      return words.join(" ");
    }
    case "stage":
      return good
        ? "Le dossier est à une étape où votre rôle décide."
        : "À cette étape, votre rôle lit sans décider.";
    default:
      return "";
  }
}
