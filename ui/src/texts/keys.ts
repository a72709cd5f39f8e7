//! The key map, in words: the ribbon and the help show the same lines.

export interface KeyLine {
  keys: string[];
  /** Written between two keys, as in "1 à 0". */
  to?: string;
  label: string;
  /** The keys work while this is offered, not always. */
  when?: Offer;
}

/** What can be done at some moments: to choose between two sides, to answer of a new version. */
export type Offer = "choose" | "second_look" | "two_sides" | "answer" | "same_fault";

export type ZoneId =
  | "views"
  | "list"
  | "preview"
  | "pieces"
  | "page"
  | "second"
  | "light"
  | "decision"
  | "jobs"
  | "history"
  | "review"
  | "outbox"
  | "arbitrations"
  | "past"
  | "station"
  | "mine"
  | "theirs"
  | "differs"
  | "choice"
  | "transfer"
  | "rail"
  | "top"
  | "text";

const verdict: KeyLine = { keys: ["C", "N", "S", "O"], label: "Verdict" };
const reason: KeyLine = { keys: ["1", "0"], to: "à", label: "Motif" };
const validate: KeyLine = { keys: ["Entrée"], label: "Valider, suivante" };
const piece: KeyLine = { keys: ["↑", "↓"], label: "Pièce" };
const pieceLetters: KeyLine = { keys: ["J", "K"], label: "Pièce" };
const page: KeyLine = { keys: ["Pg préc", "Pg suiv"], label: "Page" };
const rotate: KeyLine = { keys: ["P"], label: "Pivoter" };
const find: KeyLine = { keys: ["R"], label: "Rechercher" };
const zoom: KeyLine = { keys: ["+", "−", "0", "Z"], label: "Zoom" };
const compare: KeyLine = { keys: ["V"], label: "Comparer" };
const light: KeyLine = { keys: ["G"], label: "Table lumineuse" };
const cite: KeyLine = { keys: ["U"], label: "Joindre la page" };
const same: KeyLine = { keys: ["M"], label: "Même verdict" };
const undo: KeyLine = { keys: ["Ctrl", "Z"], label: "Annuler" };
const sync: KeyLine = { keys: ["F9"], label: "Synchroniser" };
const back: KeyLine = { keys: ["Échap"], label: "Retour" };
const sign: KeyLine = { keys: ["Ctrl", "Entrée"], label: "Signer" };

/** Of a new version, once the one before was judged. */
const answers: KeyLine[] = [
  { keys: ["B"], label: "Corrige", when: "answer" },
  { keys: ["D"], label: "Ne corrige pas", when: "same_fault" },
  { keys: ["X"], label: "Autre problème", when: "answer" },
];

const settling: KeyLine[] = [
  { keys: ["1"], label: "Retenir la mienne", when: "choose" },
  { keys: ["2"], label: "Retenir l’autre", when: "choose" },
  { keys: ["3"], label: "Second regard", when: "second_look" },
  { keys: ["←", "→"], label: "D’un côté à l’autre", when: "two_sides" },
  { keys: ["Espace"], label: "Ouvrir le dossier" },
  { keys: ["Échap"], label: "Plus tard" },
];

export const ribbon: Record<ZoneId, KeyLine[]> = {
  rail: [sync],
  top: [back, sync],
  views: [{ keys: ["Entrée"], label: "Choisir la vue" }, sync],
  list: [
    { keys: ["↑", "↓"], label: "Dossier" },
    { keys: ["Entrée"], label: "Ouvrir" },
    { keys: ["Début", "Fin"], label: "Premier, dernier" },
    sync,
  ],
  preview: [{ keys: ["Entrée"], label: "Ouvrir" }, sync],
  pieces: [...answers, verdict, reason, validate, piece, page, cite, same, undo, compare, light, back],
  page: [...answers, verdict, cite, validate, piece, page, zoom, rotate, find, undo, compare, light, back],
  second: [
    { keys: ["Échap"], label: "Fermer" },
    { keys: ["↑", "↓"], label: "Autre pièce" },
    page,
    { keys: ["Ctrl", "G"], label: "Aller à la page" },
    zoom,
    rotate,
  ],
  light: [
    { keys: ["←", "→", "↑", "↓"], label: "Page" },
    { keys: ["Entrée"], label: "Ouvrir la page" },
    { keys: ["+", "−"], label: "Taille" },
    { keys: ["Début", "Fin"], label: "Première, dernière" },
    back,
  ],
  decision: [
    ...answers,
    verdict,
    reason,
    cite,
    validate,
    pieceLetters,
    page,
    same,
    undo,
    compare,
    light,
    back,
  ],
  history: [{ keys: ["Tab"], label: "Filtrer, imprimer" }, back],
  jobs: [sign, undo, back],
  review: [{ keys: ["1", "5"], to: "à", label: "Avis" }, sign, undo, back],
  outbox: [{ keys: ["↑", "↓"], label: "Défiler" }, sync],
  transfer: [sync],
  arbitrations: [{ keys: ["Entrée"], label: "Arbitrer" }, sync],
  station: [sync],
  past: [{ keys: ["↑", "↓"], label: "Défiler" }, sync],
  mine: settling,
  theirs: settling,
  differs: settling,
  choice: settling,
  text: [
    { keys: ["Échap"], label: "Quitter le champ" },
    { keys: ["Ctrl", "Z"], label: "Annuler la saisie" },
  ],
};

export const always: KeyLine[] = [
  { keys: ["F6"], label: "Zone" },
  { keys: ["F1"], label: "Aide" },
];

export const helpMap: { title: string; lines: KeyLine[] }[] = [
  {
    title: "Partout",
    lines: [
      { keys: ["F1"], label: "Cette aide" },
      { keys: ["F6"], label: "Zone suivante ; avec Maj, zone précédente" },
      { keys: ["F9"], label: "Synchroniser" },
      { keys: ["Ctrl", "Z"], label: "Annuler la dernière décision du dossier ; dans un champ, la saisie" },
      { keys: ["Ctrl", "S"], label: "Rappelle que tout est enregistré" },
      { keys: ["Échap"], label: "Quitter un champ, puis revenir en arrière" },
    ],
  },
  {
    title: "Liste des dossiers",
    lines: [
      { keys: ["↑", "↓"], label: "Dossier" },
      { keys: ["Début", "Fin"], label: "Premier, dernier" },
      { keys: ["Pg préc", "Pg suiv"], label: "Dix dossiers plus haut, plus bas" },
      { keys: ["Entrée"], label: "Ouvrir" },
    ],
  },
  {
    title: "Pièces",
    lines: [
      { keys: ["C"], label: "Conforme" },
      { keys: ["N"], label: "Non conforme" },
      { keys: ["S"], label: "Second regard" },
      { keys: ["O"], label: "Sans objet" },
      {
        keys: ["1", "0"],
        to: "à",
        label: "Motif, oui ou non ; sans verdict choisi, choisit aussi Non conforme",
      },
      { keys: ["Entrée"], label: "Valider, pièce suivante" },
      { keys: ["Maj", "Entrée"], label: "Valider et rester" },
      { keys: ["U"], label: "Joindre au verdict la sélection, la zone encadrée ou la page affichée" },
      { keys: ["M"], label: "Même verdict que la pièce précédente" },
      {
        keys: ["B", "D", "X"],
        label: "Nouvelle version : corrige, ne corrige pas, autre problème",
      },
      { keys: ["↑", "↓"], label: "Pièce ; aussi K et J" },
    ],
  },
  {
    title: "Document",
    lines: [
      { keys: ["Pg préc", "Pg suiv"], label: "Page" },
      { keys: ["+", "−"], label: "Zoom ; aussi Ctrl et la molette, au point visé" },
      { keys: ["Z"], label: "Largeur, page entière, 100 %, l’un après l’autre" },
      { keys: ["0"], label: "Dans le document : ajuster à la largeur" },
      { keys: ["Début", "Fin"], label: "Dans le document : première page, dernière page" },
      { keys: ["Ctrl", "G"], label: "Aller à une page par son numéro" },
      { keys: ["P"], label: "Pivoter la page affichée ; avec Maj, tout le document" },
      { keys: ["R"], label: "Rechercher dans le document ou tout le dossier ; aussi Ctrl F" },
      { keys: ["L"], label: "Lever les masques pendant dix secondes" },
      { keys: ["V"], label: "Comparer à une autre pièce, côte à côte ; Échap la ferme" },
      { keys: ["G"], label: "Table lumineuse : toutes les pages du dossier" },
      { keys: ["Espace"], label: "Dans le document : défiler" },
    ],
  },
  {
    title: "Table lumineuse",
    lines: [
      { keys: ["←", "→", "↑", "↓"], label: "Page" },
      { keys: ["Début", "Fin"], label: "Première page, dernière page" },
      { keys: ["Entrée"], label: "Ouvrir cette page" },
      { keys: ["+", "−"], label: "Vignettes plus grandes, plus petites" },
      { keys: ["Échap"], label: "Revenir au document ; aussi G" },
    ],
  },
  {
    title: "Arbitrage",
    lines: [
      { keys: ["1"], label: "Retenir ma décision, avec une raison" },
      { keys: ["2"], label: "Retenir l’autre décision, avec une raison" },
      { keys: ["3"], label: "Demander un second regard" },
      { keys: ["←", "→"], label: "D’un côté à l’autre" },
      { keys: ["Espace"], label: "Ouvrir le dossier" },
      { keys: ["Échap"], label: "Décider plus tard" },
    ],
  },
  {
    title: "Expérience et avis",
    lines: [
      { keys: ["1", "5"], to: "à", label: "Avis" },
      { keys: ["Ctrl", "Entrée"], label: "Signer" },
    ],
  },
];
