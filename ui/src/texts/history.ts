//! Who decided what on a dossier, in words.

import type { HistoryRowView, HistoryStandingView } from "../ipc";
import { reasonWords, valueWords } from "./exchange";
import { plural, upperFirst } from "./format";
import { author, somebody } from "./states";

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
