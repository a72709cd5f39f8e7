//! About and help.

export const about = {
  title: "À propos de Lutrin",
  version: (v: string) => `Version ${v}`,
  motto: "Un lutrin tient la page et la lumière, et s’efface.",
  safety: "Sécurité",
  sandboxOn: "Les documents sont lus dans un bac à sable actif.",
  sandboxOnNote:
    "Le lecteur n’a ni réseau ni accès aux fichiers ; il s’arrête seul s’il dépasse ses limites.",
  sandboxOff: "Le bac à sable du lecteur n’est pas actif sur ce poste.",
  sandboxOffNote: "Les documents sont lus dans un programme séparé, sans cette protection de plus.",
  cipherOn: (cipher: string) => `Les dossiers de ce poste sont chiffrés (SQLCipher ${cipher}).`,
  cipherOff: "Aucun dossier n’est enregistré sur ce poste pour l’instant.",
  cipherNote: "La clé est dans le trousseau du système, nulle part ailleurs.",
  profile: "Session",
  connectedTo: "Service",
  login: "Identifiant",
  accessibility: "Accessibilité",
  notAudited: "Non encore auditée.",
  notAuditedNote:
    "Cible : RGAA 4.1 AA, WCAG 2.2 AA, EN 301 549. Tout se fait au clavier ; F1 donne les touches.",
  fonts: "Polices Atkinson Hyperlegible Next, Atkinson Hyperlegible Mono et Literata, licence SIL OFL 1.1.",
};

export const help = {
  title: "Touches",
  note: "Les touches simples agissent hors des champs de texte. Les lettres suivent le caractère, les chiffres la touche, sans Maj.",
};
