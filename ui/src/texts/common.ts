//! Words that every screen uses.

export const common = {
  appName: "Lutrin",
  safeLabel: "En sécurité",
  todoLabel: "À faire",
  retry: "Réessayer",
  close: "Fermer",
  loading: "Chargement",
  /** Between two facts on a line. */
  dot: " · ",
  enter: "Entrée",
  control: "Ctrl",
};

export const shell = {
  mainNav: "Navigation principale",
  menu: "Menu",
  dossiers: "Dossiers",
  exchanges: "Échanges",
  display: "Affichage",
  about: "À propos",
  badge: (pending: number, refused: number) =>
    refused > 0 ? `${pending} à envoyer, ${refused} à arbitrer` : `${pending} à envoyer`,
  profile: (name: string, role: string) => (role ? `${name}, ${role}` : name),
  ribbon: "Touches utiles ici",
  status: "Dernière action",
  nothingToUndo: "Il n’y a rien à annuler ici.",
  everythingSaved: "Tout est déjà enregistré sur ce poste.",
  choiceNotSaved:
    "Un verdict est choisi et pas encore validé : Entrée l’enregistre. Le reste est enregistré.",
  notice: "Message",
};

export const themes = {
  title: "Affichage",
  legend: "Thème",
  systeme: "Système",
  clair: "Clair",
  sombre: "Sombre",
  contraste: "Contraste",
  hint: "Choix gardé sur ce poste. « Système » suit le réglage du poste.",
};
