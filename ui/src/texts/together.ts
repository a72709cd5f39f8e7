//! What others do on the same dossier, in words.

import type {
  ConditionView,
  DossierView,
  HistoryRowView,
  HistoryStandingView,
  NewsView,
  ReservationView,
  StandingView,
} from "../ipc";
import { reasonWords, valueWords } from "./exchange";
import { moment, plural, until, upperFirst } from "./format";
import { author, dossierState, somebody } from "./states";

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

export const reservation = {
  reserve: "Réserver",
  reserveNote: "Les autres verront que vous y travaillez, et pourront continuer.",
  release: "Libérer",
  reserved: (until: string) => `Dossier réservé jusqu’à ${until}.`,
  released: "Dossier libéré.",
  unsent: ", à l’envoi",
  othersMay: "Vous pouvez lire et décider ; accordez-vous avec cette personne.",
  hours: 4,
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

export const history = {
  tab: "Historique",
  title: "Historique du dossier",
  note: "Qui a décidé quoi, quand, sur quel fichier. Rien n’en est jamais retiré.",
  find: "Filtrer l’historique",
  kind: "Nature de l’événement",
  findHint: "Pièce, personne, motif…",
  all: "Tout",
  kinds: { deposited: "Dépôts", settle_piece: "Verdicts", sign_assessment: "Avis" } as Record<string, string>,
  print: "Imprimer",
  none: "Rien encore dans ce dossier.",
  noneFound: "Rien ne correspond à ce filtre.",
  shown: (n: number) => plural(n, "événement", "événements"),
  learner: "L’auditrice ou l’auditeur",
  when: "Quand",
  who: "Qui",
  what: "Quoi",
  on: "Sur quel fichier",
  standing: "Ce que cela vaut",
  setAside: (name: string | null, reason: string) =>
    `Écarté par ${name ?? somebody}${reason ? `\u00a0: «\u00a0${reason}\u00a0»` : ""}`,
};

export const standings: Record<HistoryStandingView, string> = {
  in_force: "En vigueur",
  unsent: "À l’envoi",
  agrees: "Concorde avec la décision en vigueur",
  replaced: "Remplacé depuis",
  revoked: "Annulé par son auteur",
  set_aside: "Écarté par un arbitrage",
  refused: "Non appliqué par le service",
};

const levels: Record<string, string> = { local: "avis local", national: "avis national" };

export function historyWho(row: HistoryRowView): string {
  if (row.role === "learner") return history.learner;
  return row.name ?? (row.mine ? "Vous" : author(row));
}

export function historyWhat(row: HistoryRowView): string {
  const value = row.value ? valueWords(row.value) : "";
  const what = row.kind === "sign_assessment" ? (levels[row.on ?? ""] ?? "avis") : (row.on ?? "");
  if (row.kind === "deposited") return `Dépôt\u00a0: ${what}`;
  return value ? `${upperFirst(what)}\u00a0: ${value}${reasonWords(row.reasons)}` : upperFirst(what);
}

/** Whether a row has every word that was typed, accents and case apart. */
export function matches(row: HistoryRowView, typed: string): boolean {
  const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const all = plain(
    [
      historyWho(row),
      historyWhat(row),
      row.comment ?? "",
      row.file?.file_name ?? "",
      standings[row.standing],
    ].join(" "),
  );
  return plain(typed)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
