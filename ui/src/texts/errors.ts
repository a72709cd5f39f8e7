//! A sentence in three parts for every error code: what happened, what is safe,
//! what to do. A code without its sentence does not compile.

import type { AppError, ErrorCode } from "../ipc";
import { refusalSentence } from "./refusals";

export interface Sentence {
  what: string;
  safe: string;
  todo: string;
}

export type Params = AppError["params"];

const untouched = "Rien n’a été modifié.";
const storeUntouched = "Rien n’a été modifié : les fichiers de ce poste sont tels quels.";
const workHere = "Votre travail est enregistré sur ce poste.";
const others = "Le fichier reçu n’a pas été modifié, les autres pièces ne sont pas touchées.";
const unusable = "Donnez un motif de fichier inutilisable, ou passez à la pièce suivante.";

/** What a file that is not read was recognised to be, by the code of the reading room. */
const unreadable: Record<string, string> = {
  old_word_document: "Un document Word d’avant 2007",
  old_excel_workbook: "Un classeur Excel d’avant 2007",
  old_power_point_presentation: "Une présentation PowerPoint d’avant 2007",
  old_office_document: "Un document bureautique d’avant 2007",
  protected_office_document: "Un document bureautique protégé par un mot de passe",
  outlook_message: "Un message Outlook",
  excel_workbook: "Un classeur Excel",
  power_point_presentation: "Une présentation PowerPoint",
  open_document_spreadsheet: "Un classeur OpenDocument",
  open_document_presentation: "Une présentation OpenDocument",
  open_document: "Un document OpenDocument",
  apple_document: "Un document Pages, Numbers ou Keynote",
  ebook: "Un livre électronique",
  xps: "Un document XPS",
  rich_text: "Un document RTF",
  zip: "Une archive ZIP",
  archive: "Une archive",
  tiff: "Une image TIFF d’un type rare",
  heic: "Une photo HEIC d’un type rare",
  avif: "Une image AVIF",
  jpeg_xl: "Une image JPEG XL",
  jpeg2000: "Une image JPEG 2000",
  photoshop: "Une image Photoshop",
  post_script: "Un document PostScript",
  video: "Une vidéo",
  audio: "Un enregistrement sonore",
  html: "Une page web",
  xml: "Un fichier XML",
  email: "Un courriel enregistré",
  text: "Un fichier de texte",
  program: "Un programme ou un raccourci",
  encryption: "Un PDF chiffré d’une façon inconnue",
};

function kindOfFile(code: string | undefined): string {
  return unreadable[code ?? ""] ?? "Ce format de fichier";
}

export const errors: Record<ErrorCode, (params: Params) => Sentence> = {
  service_unreachable: () => ({
    what: "Le service ne répond pas.",
    safe: workHere,
    todo: "Vérifiez le réseau et l’adresse du service, puis réessayez.",
  }),
  service_address_invalid: () => ({
    what: "Cette adresse de service n’en est pas une.",
    safe: untouched,
    todo: "Saisissez l’adresse complète, par exemple https://lutrin.exemple.fr.",
  }),
  service_insecure: () => ({
    what: "Cette adresse commence par http:// : l’échange serait lisible sur le réseau.",
    safe: "Rien n’a été envoyé, ni l’identifiant ni le mot de passe.",
    todo: "Saisissez une adresse qui commence par https://.",
  }),
  service_not_lutrin: () => ({
    what: "Quelque chose répond à cette adresse, mais ce n’est pas un service Lutrin.",
    safe: untouched,
    todo: "Vérifiez l’adresse du service auprès de votre centre.",
  }),
  protocol_too_old: () => ({
    what: "Le service demande une version plus récente de Lutrin.",
    safe: workHere,
    todo: "Installez la nouvelle version de Lutrin, puis reprenez.",
  }),
  service_failed: () => ({
    what: "Le service n’a pas pu répondre comme prévu.",
    safe: workHere,
    todo: "Réessayez dans quelques minutes ; si cela dure, prévenez l’assistance.",
  }),
  bad_credentials: () => ({
    what: "L’identifiant ou le mot de passe ne correspond pas.",
    safe: untouched,
    todo: "Saisissez-les de nouveau ; vérifiez la touche des majuscules.",
  }),
  too_many_attempts: (params) => ({
    what: "Trop d’essais de suite.",
    safe: "Rien n’est effacé.",
    todo: params.seconds
      ? `Attendez ${params.seconds} secondes, puis réessayez.`
      : "Attendez quelques minutes, puis réessayez.",
  }),
  session_ended: () => ({
    what: "La session avec le service est terminée.",
    safe: "Votre travail reste sur ce poste et vous pouvez continuer.",
    todo: "Rouvrez la session dans Échanges pour envoyer et recevoir.",
  }),
  device_revoked: () => ({
    what: "Ce poste n’est plus autorisé par le service.",
    safe: "Vos décisions non envoyées restent chiffrées ici.",
    todo: "Appelez l’assistance du service.",
  }),
  account_disabled: () => ({
    what: "Votre compte a été désactivé par le service.",
    safe: "Vos décisions non envoyées restent scellées ici ; seul le service sait les ouvrir.",
    todo: "Adressez-vous à l’administration du service.",
  }),
  lease_expired: () => ({
    what: "La durée hors ligne est passée : le contenu est verrouillé.",
    safe: "Rien n’a été effacé ; vos actions non envoyées restent chiffrées ici.",
    todo: "Connectez le poste au réseau et identifiez-vous.",
  }),
  sitting_over: () => ({
    what: "Cette session de jury est terminée : ses dossiers ne se prennent plus.",
    safe: "Vos décisions sont au service.",
    todo: "Prenez une session à venir.",
  }),
  not_allowed: () => ({
    what: "Votre rôle ne permet pas cette action.",
    safe: untouched,
    todo: "Adressez-vous à la personne qui administre le service.",
  }),
  keyring_missing: () => ({
    what: "Ce poste n’a pas de trousseau, ou il n’est pas ouvert.",
    safe: "Rien n’a été écrit ni effacé sur ce poste.",
    todo: "Activez le trousseau du système, puis réessayez.",
  }),
  keyring_locked: () => ({
    what: "Le trousseau de ce poste est verrouillé.",
    safe: storeUntouched,
    todo: "Déverrouillez le trousseau, puis réessayez.",
  }),
  keyring_denied: () => ({
    what: "L’accès au trousseau de ce poste n’a pas été accordé.",
    safe: storeUntouched,
    todo: "Réessayez et accordez l’accès quand le système le demande.",
  }),
  keyring_key_missing: () => ({
    what: "Le trousseau n’a plus la clé de vos dossiers.",
    safe: "Les fichiers restent sur ce poste, chiffrés et intacts.",
    todo: "Retrouvez le trousseau d’origine et réessayez, ou repartez d’une copie neuve.",
  }),
  keyring_failed: () => ({
    what: "Le trousseau de ce poste n’a pas répondu.",
    safe: storeUntouched,
    todo: "Réessayez ; si cela dure, redémarrez la session du poste.",
  }),
  passphrase_unfit: () => ({
    what: "Cette phrase secrète est trop courte.",
    safe: "Rien n’a été écrit sur ce poste.",
    todo: "Choisissez au moins 12 caractères.",
  }),
  passphrase_wrong: () => ({
    what: "Cette phrase secrète n’ouvre pas vos dossiers.",
    safe: storeUntouched,
    todo: "Tapez-la de nouveau ; majuscules et espaces comptent.",
  }),
  passphrase_needed: () => ({
    what: "La copie de ce poste demande sa phrase secrète.",
    safe: storeUntouched,
    todo: "Tapez-la sous le mot de passe.",
  }),
  passphrase_unreadable: () => ({
    what: "La clé chiffrée de vos dossiers n’est plus lisible sur ce poste.",
    safe: "Les fichiers restent sur ce poste, chiffrés et intacts.",
    todo: "Rétablissez le fichier de la clé et réessayez, ou repartez d’une copie neuve.",
  }),
  unsent_work: ({ count }) => ({
    what: `Décisions encore à envoyer : ${count ?? ""}.`,
    safe: "Rien n’a été effacé.",
    todo: "Envoyez-les, ou gardez la copie chiffrée.",
  }),
  store_wrong_key: () => ({
    what: "La clé du trousseau n’ouvre pas les dossiers de ce poste.",
    safe: storeUntouched,
    todo: "Réessayez avec le trousseau d’origine, ou repartez d’une copie neuve.",
  }),
  store_damaged: () => ({
    what: "Les dossiers de ce poste ne sont plus lisibles : un fichier est abîmé.",
    safe: storeUntouched,
    todo: "Prévenez l’assistance, ou repartez d’une copie neuve.",
  }),
  store_newer: () => ({
    what: "Les dossiers de ce poste viennent d’une version plus récente de Lutrin.",
    safe: storeUntouched,
    todo: "Ouvrez-les avec la version la plus récente de Lutrin.",
  }),
  store_not_encrypted: () => ({
    what: "Le fichier trouvé à la place de vos dossiers n’est pas chiffré : il n’est pas de Lutrin.",
    safe: storeUntouched,
    todo: "Prévenez l’assistance, ou repartez d’une copie neuve.",
  }),
  store_in_use: () => ({
    what: "Lutrin est déjà ouvert sur ce poste avec ces dossiers.",
    safe: storeUntouched,
    todo: "Fermez l’autre fenêtre, puis réessayez.",
  }),
  store_disk: () => ({
    what: "Le disque de ce poste a refusé l’écriture ; il est peut-être plein.",
    safe: "Ce qui était déjà enregistré l’est toujours.",
    todo: "Libérez de la place, puis réessayez.",
  }),
  store_full: () => ({
    what: "Le disque de ce poste est plein.",
    safe: "Ce qui était déjà enregistré l’est toujours.",
    todo: "Libérez de la place, puis réessayez.",
  }),
  store_upgrade_failed: () => ({
    what: "Vos dossiers n’ont pas pu être mis au format de cette version de Lutrin.",
    safe: storeUntouched,
    todo: "Réessayez ; si cela dure, gardez la version précédente et prévenez l’assistance.",
  }),
  dossier_unknown: () => ({
    what: "Ce dossier n’est pas, ou n’est plus, dans ceux que vous suivez.",
    safe: "Vos décisions déjà prises sont gardées.",
    todo: "Revenez à la liste et synchronisez.",
  }),
  dossier_not_carried: () => ({
    what: "Seul le résumé de ce dossier est sur ce poste.",
    safe: "Rien ne manque au dossier : ses pièces sont au service.",
    todo: "Prenez sa session de jury sur ce poste pour lire les pièces et décider, même sans réseau.",
  }),
  catalogue_missing: () => ({
    what: "Les règles de ce dossier ne sont pas encore sur ce poste.",
    safe: "Le dossier est en lecture, rien ne part.",
    todo: "Synchronisez pour recevoir les règles.",
  }),
  refused: (params) => refusalSentence(params),
  online_only: () => ({
    what: "Cette action demande d’être en contact avec le service.",
    safe: workHere,
    todo: "Réessayez quand le réseau sera revenu.",
  }),
  nothing_to_undo: () => ({
    what: "Il n’y a rien à annuler dans ce dossier.",
    safe: untouched,
    todo: "Continuez.",
  }),
  nothing_to_arbitrate: () => ({
    what: "Cette décision est déjà réglée.",
    safe: untouched,
    todo: "Revenez aux échanges pour voir où elle en est.",
  }),
  assessment_invalid: () => ({
    what: "Cet avis ou cette note ne peut pas être signé ainsi.",
    safe: "Votre brouillon est gardé.",
    todo: "Choisissez un avis, ou écrivez une note de 0 à 20 avec deux décimales au plus.",
  }),
  document_missing: () => ({
    what: "Ce fichier n’est pas encore sur ce poste.",
    safe: "Il est au dossier ; les pièces déjà reçues restent lisibles.",
    todo: "Il arrivera au prochain échange. Passez à la pièce suivante.",
  }),
  document_empty: () => ({ what: "Ce fichier est vide.", safe: others, todo: unusable }),
  document_unsupported: (params) => ({
    what: `${kindOfFile(params.what)} ne se lit pas ici.`,
    safe: others,
    todo: "Demandez la pièce en PDF ou en photo avec un motif de fichier inutilisable, ou passez à la suivante.",
  }),
  document_password: () => ({
    what: "Ce fichier est protégé par un mot de passe. Il n’a pas été ouvert.",
    safe: others,
    todo: "Saisissez le mot de passe si le dossier le donne, ou donnez un motif de fichier inutilisable.",
  }),
  document_password_wrong: () => ({
    what: "Ce mot de passe n’ouvre pas le fichier.",
    safe: others,
    todo: "Vérifiez les majuscules et les chiffres, ou donnez un motif de fichier inutilisable.",
  }),
  document_damaged: () => ({
    what: "Ce fichier est abîmé : aucune page ne peut en être lue.",
    safe: others,
    todo: unusable,
  }),
  document_too_large: () => ({
    what: "Ce fichier ou cette page dépasse la taille que Lutrin accepte d’ouvrir.",
    safe: others,
    todo: unusable,
  }),
  document_no_page: () => ({
    what: "Cette page n’existe pas dans le fichier.",
    safe: others,
    todo: "Revenez aux autres pages, ou passez à la pièce suivante.",
  }),
  document_timed_out: () => ({
    what: "Cette page demande trop de temps.",
    safe: others,
    todo: "Réessayez, ou passez à la pièce suivante.",
  }),
  document_stopped: () => ({
    what: "La lecture de cette page a été arrêtée à votre demande.",
    safe: others,
    todo: "Réessayez, ou passez à la pièce suivante.",
  }),
  document_unreadable: (params) => ({
    what: `Pièce illisible : le lecteur s’est arrêté trois fois sur ce fichier (empreinte ${(params.sha256 ?? "").slice(0, 8)}).`,
    safe: others,
    todo: unusable,
  }),
  document_crashed: () => ({
    what: "La lecture de ce fichier s’est arrêtée.",
    safe: others,
    todo: "Réessayez, ou passez à la pièce suivante.",
  }),
  document_mismatch: () => ({
    what: "Le fichier reçu n’est pas celui que le service annonce.",
    safe: "Il n’a pas été ouvert ; les autres pièces ne sont pas touchées.",
    todo: "Il sera reçu de nouveau au prochain échange. Si cela dure, prévenez l’assistance.",
  }),
  reader_unavailable: () => ({
    what: "Le lecteur de pièces n’a pas pu démarrer.",
    safe: "Les fichiers sont intacts et vos verdicts sont gardés.",
    todo: "Réessayez ; si cela dure, redémarrez Lutrin.",
  }),
  invalid_request: () => ({
    what: "Cette action vise quelque chose qui n’est plus là.",
    safe: untouched,
    todo: "Revenez à la liste et rouvrez le dossier.",
  }),
  internal: () => ({
    what: "Lutrin n’a pas pu faire cette action.",
    safe: untouched,
    todo: "Réessayez ; si cela dure, prévenez l’assistance.",
  }),
};

export function sentence(error: AppError): Sentence {
  return errors[error.code](error.params);
}
