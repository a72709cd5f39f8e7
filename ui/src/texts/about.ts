//! About and help.

export const about = {
  title: "À propos de Lutrin",
  version: (v: string) => `Version ${v}`,
  motto: "Un lutrin tient la page et la lumière, et s’efface.",
  safety: "Sécurité",
  sandbox: {
    enforced: {
      what: "Les documents sont lus dans un bac à sable actif.",
      note: "Un fichier piégé reste enfermé dans le programme qui le lit ; celui-ci s’arrête seul s’il dépasse ses limites.",
    },
    partial: {
      what: "Le bac à sable du lecteur n’est pas complet sur ce poste.",
      note: "Les documents sont lus dans un programme séparé, arrêté après dix secondes, mais un fichier piégé pourrait se servir de ce qui reste ouvert ci-dessous.",
    },
    refused: {
      what: "Le bac à sable du lecteur n’est pas actif : les documents ne sont pas lus sur ce poste.",
      note: "Ce système devrait en fournir un et ne le fait pas. Les dossiers restent accessibles, sans l’aperçu des pièces.",
    },
    no_reader: {
      what: "Le lecteur de documents ne démarre pas sur ce poste.",
      note: "Aucun document n’est lu. Réinstaller Lutrin remet ce programme en place.",
    },
  },
  doors: {
    network: { closed: "Aucun accès au réseau", open: "Réseau accessible" },
    files: { closed: "Aucun accès aux fichiers", open: "Fichiers accessibles" },
    programs: { closed: "Aucun autre programme lancé", open: "Autres programmes possibles" },
    memory: { closed: "Mémoire limitée", open: "Mémoire non limitée" },
  },
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
