//! What goes between this machine and the service, in words.

import type { ExchangeView, OutboxRowView, OutboxStateView, PastExchangeView, TransferView } from "../ipc";
import { bytes, clock, count, fullMoment, lowerFirst, mark, moment, plural, shortMoment } from "./format";
import { opinions, outcomes } from "./states";

export const exchange = {
  title: "Échanges",
  subtitle: "entre ce poste et le service",
  syncNow: "Synchroniser maintenant",
  sync: "Synchroniser",
  syncStarted: "Échange demandé.",
  decisions: "À envoyer",
  toReceive: "À recevoir",
  refusedCount: "à arbitrer",
  sendCount: "à envoyer",
  receiveCount: "à recevoir",
  outboxCount: (pending: number) => plural(pending, "décision en attente", "décisions en attente"),
  outboxEmpty: "Aucune décision n’a été prise sur ce poste.",
  outboxFoot: "Tout est enregistré et chiffré sur ce poste. Un envoi rejoué n’agit jamais deux fois.",
  withdraw: "Retirer de l’envoi",
  withdrawLabel: (what: string) => `Retirer de l’envoi : ${what}`,
  withdrawn: "Décision retirée de l’envoi.",
  attempts: (n: number) => `Essai ${n}`,
  receiving: "Réception",
  allHere: "Tous les fichiers des sessions prises sont sur ce poste.",
  nothingCarried: "Aucune session n’est prise sur ce poste.",
  nothingCarriedTodo: "Prenez une session dans Dossiers pour recevoir ses pièces.",
  filesOf: (done: number, total: number) => `${count(done)} sur ${plural(total, "fichier", "fichiers")}`,
  bytesOf: (done: number | null, total: number | null) => `${bytes(done)} sur ${bytes(total)}`,
  fetching: (name: string) => `En cours : ${name}`,
  waitingNetwork: "La réception reprendra où elle s’est arrêtée.",
  stopped: "Réception arrêtée. Elle reprendra où elle s’est arrêtée.",
  stop: "Arrêter",
  resume: "Reprendre",
  stoppedSaid: "Réception arrêtée.",
  resumedSaid: "Réception reprise.",
  progressSaid: (percent: number) => `Réception : ${percent} %.`,
  failed: (n: number) => plural(n, "fichier n’a pas pu être reçu", "fichiers n’ont pas pu être reçus"),
  failedNote: "Nouvel essai au prochain échange.",
  sentDecisions: "Déjà traitées",
  arbitrate: "Arbitrer",
  arbitrateLabel: (what: string) => `Arbitrer : ${what}`,
  reopenLabel: (what: string) => `Rouvrir : ${what}`,
  past: "Derniers échanges",
  pastNone: "Aucun échange encore.",
  pastReceipt: (place: string) => `reçu du service, jusqu’au n° ${place}`,
  pastTimes: (n: number) => `${count(n)} essais`,
  lacking: (size: number | null) => `${bytes(size)} à recevoir`,
  piecesOf: (have: number, total: number) => `${count(have)} sur ${plural(total, "fichier", "fichiers")}`,
  unread: (time: string) =>
    `Le service ne sait pas lire cette décision. Elle reste ici et repartira à ${time} ; les autres ne l’attendent pas.`,
  early:
    "Cette décision suit celle d’un autre poste, que le service n’a pas encore reçue. Elle reste ici et repartira dès que l’autre sera arrivée.",
  removalTitle: (n: number) => `Le service retire ${plural(n, "dossier", "dossiers")} de ce poste.`,
  removalNote:
    "C’est beaucoup : rien n’a été retiré. Vos décisions non envoyées restent dans tous les cas. Acceptez si c’est attendu ; sinon, demandez au service avant.",
  removalConfirm: "Accepter le retrait",
  removalConfirmed: "Retrait accepté.",
  limit: "Débit de réception",
  limits: [
    { kilobytes: null, label: "Sans limite" },
    { kilobytes: 250, label: "250 Ko/s" },
    { kilobytes: 1000, label: "1 Mo/s" },
    { kilobytes: 5000, label: "5 Mo/s" },
  ],
  limitSaid: (label: string) => `Débit de réception : ${label.toLowerCase()}.`,
  clockOff: (minutes: number, ahead: boolean) =>
    `L’horloge de ce poste ${ahead ? "avance" : "retarde"} de ${plural(minutes, "minute", "minutes")} sur celle du service. Réglez-la : les heures des décisions en dépendent.`,
};

export interface ContactWords {
  tone: "online" | "offline" | "busy" | "attention" | "unknown";
  chip: string;
  short: string;
  title: string;
  detail: string;
}

/** The state of the contact, for the chip and for the one sentence of the exchanges. */
export function contactWords(view: ExchangeView, now: number): ContactWords {
  const last = view.last_contact;
  const lastFull = last
    ? `Dernier contact complet : ${fullMoment(last, now)}.`
    : "Aucun contact complet encore.";
  const tried = view.last_attempt ? ` Dernier essai : ${moment(view.last_attempt, now)}.` : "";
  const next = view.next_attempt
    ? ` Prochain essai à ${clock(view.next_attempt)}, ou F9.`
    : " F9 pour essayer maintenant.";
  const since = last ? ` · dernier contact ${shortMoment(last, now)}` : "";
  switch (view.contact) {
    case "online":
      return {
        tone: "online",
        chip: last ? `En ligne · à jour à ${shortMoment(last, now)}` : "En ligne",
        short: "En ligne",
        title: view.pending > 0 ? "En ligne. L’envoi suit son cours." : "En ligne. Tout est à jour.",
        detail: lastFull + (view.next_attempt ? ` Prochain échange à ${clock(view.next_attempt)}.` : ""),
      };
    case "exchanging":
      return {
        tone: "busy",
        chip: "Échange en cours",
        short: "Échange en cours",
        title: "Échange en cours. Vous pouvez continuer.",
        detail: lastFull,
      };
    case "offline":
      return {
        tone: "offline",
        chip: `Hors ligne${since}`,
        short: "Hors ligne",
        title: "Hors ligne. Vous pouvez continuer.",
        detail: lastFull + tried + next,
      };
    case "sign_in_needed":
      return {
        tone: "attention",
        chip: "Session à rouvrir",
        short: "Session à rouvrir",
        title: "Session à rouvrir. Vous pouvez continuer.",
        detail: `${lastFull} Rien ne part et rien n’arrive tant que la session est fermée.`,
      };
    case "unknown":
      return {
        tone: "unknown",
        chip: last ? `Dernier contact ${shortMoment(last, now)}` : "Pas encore de contact",
        short: "Pas encore de contact",
        title: "Le service n’a pas encore été contacté depuis le démarrage.",
        detail: lastFull + next,
      };
  }
}

export const outboxStates: Record<OutboxStateView, string> = {
  pending: "Prêt",
  acknowledged: "Reçu",
  refused: "À arbitrer",
  settled: "Réglé",
  withdrawn: "Retiré",
};

/** How a past exchange went, in two lines. */
export function pastWords(past: PastExchangeView): { tone: "ok" | "do" | "ne"; what: string; more: string } {
  const moved = [
    past.sent > 0 ? plural(past.sent, "décision envoyée", "décisions envoyées") : "",
    past.refused > 0 ? `${count(past.refused)} à arbitrer` : "",
    past.dossiers > 0 ? plural(past.dossiers, "dossier reçu", "dossiers reçus") : "",
    past.files > 0 ? `${plural(past.files, "fichier reçu", "fichiers reçus")} (${bytes(past.bytes)})` : "",
  ].filter(Boolean);
  const receipt = past.receipt ? exchange.pastReceipt(past.receipt) : "";
  if (past.failure === null) return { tone: "ok", what: moved.join(", "), more: receipt };
  const times = past.times > 1 ? exchange.pastTimes(past.times) : "";
  const more = [...moved, times, receipt].filter(Boolean).join(" · ");
  return {
    tone: past.failure === "unreachable" ? "ne" : "do",
    what: failures[past.failure] ?? "Échange interrompu",
    more,
  };
}

const failures: Record<string, string> = {
  unreachable: "Pas de réseau, ou service injoignable",
  session_ended: "Session à rouvrir",
  device_revoked: "Ce poste n’est plus autorisé",
  account_disabled: "Compte désactivé",
  store: "Le disque de ce poste a refusé",
  unavailable: "Le service est arrêté ou trop chargé",
  internal: "Le service a rencontré un défaut",
};

const otherValues: Record<string, string> = {
  exempted: "dispensée",
  not_required: "non exigée",
  required_again: "de nouveau exigée",
  in_specialty: "dans la spécialité",
  out_of_specialty: "hors de la spécialité",
  specialty_unknown: "spécialité non tranchée",
};

export function valueWords(value: string): string {
  if (value in outcomes) return outcomes[value as keyof typeof outcomes].toLowerCase();
  if (value in opinions) return opinions[value as keyof typeof opinions].toLowerCase();
  if (value in otherValues) return otherValues[value] ?? value;
  if (/^\d+$/.test(value)) return `${mark(Number(value))} / 20`;
  return value;
}

/** The reasons of a verdict, as they follow its value in a sentence. */
export function reasonWords(reasons: string[]): string {
  return reasons.length > 0 ? `, ${reasons.map(lowerFirst).join(", ")}` : "";
}

const kept: Record<string, string> = {
  refused: "ma décision",
  held: "l’autre décision",
  second_look: "second regard",
};

/** What a decision does, before and after its value, which is written in bold. */
export function decisionWords(row: OutboxRowView): { subject: string; value: string; more: string } {
  const more = reasonWords(row.reasons);
  const value = row.value ? valueWords(row.value) : "";
  switch (row.kind) {
    case "settle_piece":
      return { subject: row.piece ?? "Pièce", value, more };
    case "sign_assessment":
      return { subject: row.value && /^\d+$/.test(row.value) ? "Note" : "Avis", value, more };
    case "arbitrate":
      return {
        subject: row.piece ? `Arbitrage : ${row.piece}` : "Arbitrage",
        value: row.value ? (kept[row.value] ?? "") : "",
        more: "",
      };
    case "reserve":
      return { subject: "Réservation du dossier", value: "", more: "" };
    case "revoke":
      return {
        subject: row.piece ? `Annulation : ${row.piece}` : "Annulation d’une décision",
        value: "",
        more: "",
      };
    default:
      return { subject: `Décision d’une autre version (${row.kind})`, value, more };
  }
}

/** The decision in one line, for a name or an announcement. */
export function decisionLine(row: OutboxRowView): string {
  const { subject, value, more } = decisionWords(row);
  return value ? `${subject} : ${value}${more}` : `${subject}${more}`;
}

export function transferPercent(transfer: TransferView): number {
  const total = transfer.bytes_total ?? 0;
  if (total > 0) return Math.min(100, Math.floor(((transfer.bytes_done ?? 0) / total) * 100));
  return transfer.files_total > 0 ? Math.floor((transfer.files_done / transfer.files_total) * 100) : 100;
}
