//! Sign-in and what prevents opening.

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
  audited: "Accessibilité : non encore auditée",
  blockedTitle: "Vos dossiers ne s’ouvrent pas",
  retryBusy: "Nouvel essai",
  startOver: "Repartir d’une copie neuve",
  startOverNote:
    "Les fichiers actuels sont mis de côté sur ce poste, renommés et gardés, avec ce qui n’a pas encore été envoyé. Vous vous connecterez de nouveau et reprendrez vos sessions.",
};

export const reopen = {
  title: "Rouvrir la session",
  note: "La session avec le service est terminée. Votre travail continue ici ; il partira dès que la session sera rouverte.",
  submit: "Rouvrir la session",
  done: "Session rouverte.",
};
