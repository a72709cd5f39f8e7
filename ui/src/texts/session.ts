//! Sign-in and what prevents opening.

import { plural } from "./format";

export const session = {
  motto: ["Lire chaque page,", "dire pourquoi."],
  welcome: "Bienvenue",
  welcomeNote:
    "Connectez-vous une fois au service. Ensuite les dossiers que vous prenez se lisent sans réseau.",
  service: "Adresse du service",
  servicePlaceholder: "https://",
  login: "Identifiant",
  password: "Mot de passe",
  show: "Afficher le mot de passe",
  hide: "Masquer le mot de passe",
  submit: "Se connecter",
  busy: "Connexion en cours",
  safety: [
    {
      title: "La clé reste dans le trousseau de ce poste.",
      note: "Les dossiers pris sont chiffrés ; sans la clé, personne ne les lit.",
    },
    {
      title: "Le mot de passe n’est gardé nulle part.",
      note: "Il sert à ouvrir la session avec le service, puis il est oublié.",
    },
  ],
  phrase: {
    label: "Phrase secrète de ce poste",
    new: "Ce poste n’a pas de trousseau. Choisissez une phrase secrète d’au moins 12 caractères : elle chiffre la copie de ce poste et vous sera demandée à chaque ouverture.",
    again: "La copie de ce poste s’ouvre avec sa phrase secrète.",
    lost: "Elle n’est gardée nulle part. Si elle est oubliée, la copie ne s’ouvre plus ; ce qui a été envoyé reste au service.",
  },
  audited: "Accessibilité : non encore auditée",
  opening: "Ouverture de vos dossiers",
  openingNote: "Le trousseau de ce poste attend peut-être votre réponse, dans une fenêtre à part.",
  lockedTitle: "Votre phrase secrète",
  lockedNote: "Vos dossiers sont sur ce poste, chiffrés. La phrase les ouvre, avec ou sans réseau.",
  unlock: "Ouvrir mes dossiers",
  unlockBusy: "Ouverture en cours",
  otherAccount: "Changer de compte",
  otherAccountNote: "La copie de ce poste reste chiffrée, avec ce qui n’a pas encore été envoyé.",
  blockedTitle: "Vos dossiers ne s’ouvrent pas",
  retryBusy: "Nouvel essai",
  tried: (time: string) => `Dernier essai à ${time}.`,
  startOver: "Repartir d’une copie neuve",
  startOverNote:
    "Les fichiers actuels sont mis de côté sur ce poste, renommés et gardés, avec ce qui n’a pas encore été envoyé. Vous vous connecterez de nouveau et reprendrez vos sessions.",
};

export const account = {
  title: "Votre compte",
  login: "Identifiant",
  service: "Service",
  role: "Rôle",
  unsent: (count: number) =>
    `${plural(count, "décision n’est pas encore partie", "décisions ne sont pas encore parties")}.`,
  unsentNote: "Rien n’est perdu si vous partez : tout reste chiffré sur ce poste et partira à votre retour.",
  allSent: "Tout ce que vous avez décidé est au service.",
  send: "Envoyer maintenant",
  export: "Exporter…",
  exportClosed: "Exporter le travail non envoyé…",
  exportNote: "Un fichier que seul le service sait ouvrir, à remettre à votre administration.",
  exported: "Travail exporté.",
  leave: "Se déconnecter",
  leaveNote: "La copie de ce poste reste, chiffrée. Vous la retrouverez en vous reconnectant.",
  erase: "Effacer la copie de ce poste…",
  eraseAsk:
    "Effacer de ce poste les dossiers pris, les recherches et les réglages ? Ils pourront être repris du service.",
  eraseDrafts: (count: number) =>
    `${plural(
      count,
      "texte commencé et non signé sera effacé",
      "textes commencés et non signés seront effacés",
    )} aussi.`,
  eraseConfirm: "Effacer et se déconnecter",
  eraseCancel: "Garder la copie",
};

export const reopen = {
  title: "Rouvrir la session",
  note: "La session avec le service est terminée. Votre travail continue ici ; il partira dès que la session sera rouverte.",
  submit: "Rouvrir la session",
  done: "Session rouverte.",
};
