//! Until when this machine may be read, what it holds, and what was erased of it.

import type { ReceiptView, ShutOutView } from "../ipc";
import { count, longDay, moment, plural } from "./format";

/** What happened, what is safe, what to do. */
interface Parts {
  title: string;
  what: string;
  safe: string;
  todo: string;
}

const unsentWords = (unsent: number, drafts: number): string => {
  const parts = [];
  if (unsent > 0) parts.push(plural(unsent, "action non envoyée", "actions non envoyées"));
  if (drafts > 0) parts.push(plural(drafts, "texte commencé", "textes commencés"));
  return parts.join(" et ");
};

/** A copy whose lease has ended. */
export function expiredWords(since: string, unsent: number, drafts: number, now: number): Parts {
  const work = unsentWords(unsent, drafts);
  return {
    title: "Session expirée",
    what: `La durée hors ligne est passée depuis ${moment(since, now)}. Le contenu est verrouillé.`,
    safe: work
      ? `${work} : tout reste chiffré ici, récupérable.`
      : "Tout ce que vous avez décidé est au service. Rien n’a été effacé de ce poste.",
    todo: "Connectez le poste au réseau et identifiez-vous.",
  };
}

const shutOutCause: Record<string, string> = {
  device_revoked: "Le service n’autorise plus ce poste.",
  account_disabled: "Votre compte a été désactivé par le service.",
};

/** A copy that was erased because the service shut this machine out. */
export function shutOutWords(view: ShutOutView, now: number): Parts {
  const work = unsentWords(view.unsent, view.drafts);
  const cause = shutOutCause[view.cause] ?? "Le service n’autorise plus ce poste.";
  const kept = view.handed_in
    ? `Au service, sous scellé : ${work}. Les décisions prises avant le retrait comptent.`
    : `Sur ce poste, sous scellé : ${work}. Seul le service sait les ouvrir ; Lutrin les lui remet dès qu’il répond.`;
  return {
    title: "Ce poste a été effacé",
    what: `${cause} Les dossiers qu’il portait ont été effacés ${moment(view.at, now)}.`,
    safe: work ? kept : "Tout ce que vous aviez décidé était déjà au service.",
    todo: "Adressez-vous à l’administration du service.",
  };
}

export const expired = {
  sync: "Synchroniser maintenant",
  signIn: "Se connecter",
};

export const shutOut = {
  export: "Exporter le travail scellé…",
  go: "Revenir à l’identification",
};

const causes: Record<string, string> = {
  scope_lost: "Hors de votre périmètre",
  session_over: "Session de jury terminée",
  device_revoked: "Poste retiré",
  account_disabled: "Compte désactivé",
};

export const station = {
  title: "Sur ce poste",
  encrypted: "Chiffré",
  dossiers: (n: number) => plural(n, "dossier", "dossiers"),
  lease: (until: string) => `Session ouverte jusqu’au ${longDay(until)}.`,
  leaseNote: "Ensuite le contenu se verrouille ; vos actions restent récupérables.",
  leaseSoon: "Connectez ce poste au réseau d’ici là.",
  noLease: "Le service ne fixe pas de durée hors ligne.",
  erasure: (day: string, jury: string) => `Effacement prévu le ${longDay(day)} : ${jury}.`,
  erasureNote: (days: number) =>
    `${plural(days, "jour", "jours")} après le jury. Ce qui n’est pas envoyé n’est jamais effacé.`,
  setBack: "L’horloge de ce poste a été reculée. La durée hors ligne continue de courir.",
  receipts: "Preuves d’effacement",
  noReceipts: "Rien n’a été effacé de ce poste.",
  receipt: (view: ReceiptView) =>
    `${causes[view.cause] ?? "Effacement"} : ${plural(view.dossiers, "dossier", "dossiers")}, ${plural(
      view.files,
      "fichier",
      "fichiers",
    )}`,
  receiptWhen: (view: ReceiptView, now: number) =>
    `${moment(view.at, now)} · ${view.told ? "connu du service" : "à transmettre au service"}`,
  count,
};
