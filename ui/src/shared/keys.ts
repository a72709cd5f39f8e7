//! Which key means what; no screen is touched here.

import type { ChoiceView, OutcomeView } from "../ipc";

export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

/** What the zones of a piece share, so that 0 can mean the width in the page only. */
export type PieceZone = "pieces" | "page" | "second" | "decision";

/** After a replacement: the new version corrects the fault, does not, or has another one. */
export type Answer = "fixes" | "stays" | "other";

export type PieceCommand =
  | { do: "verdict"; outcome: OutcomeView }
  | { do: "reason"; index: number }
  | { do: "validate"; stay: boolean }
  | { do: "cite" }
  | { do: "same" }
  | { do: "piece"; by: 1 | -1 }
  | { do: "page"; by: 1 | -1 }
  | { do: "zoom"; how: "in" | "out" | "width" | "next" }
  | { do: "edge"; to: "start" | "end" }
  | { do: "go_to_page" }
  | { do: "rotate"; all: boolean }
  | { do: "compare" }
  | { do: "answer"; answer: Answer }
  | { do: "light" }
  | { do: "find" }
  | { do: "lift" };

/** What a key does between two sides: choose, go over to one, open the dossier. */
export type ArbitrationCommand =
  | { do: "choose"; choice: Exclude<ChoiceView, "file_away"> }
  | { do: "side"; side: "mine" | "theirs" }
  | { do: "open" };

export type GlobalCommand = "help" | "zone" | "zone_back" | "sync" | "save" | "undo";

const VERDICTS: Record<string, OutcomeView> = {
  c: "accepted",
  n: "rejected",
  s: "second_look",
  o: "not_applicable",
};

const ANSWERS: Record<string, Answer> = { b: "fixes", d: "stays", x: "other" };

/** Ctrl, or ⌘ where there is one; never with Alt, which writes characters. */
export function isControl(press: KeyPress): boolean {
  return (press.ctrlKey || press.metaKey) && !press.altKey;
}

function isPlain(press: KeyPress): boolean {
  return !press.ctrlKey && !press.metaKey && !press.altKey;
}

/** Place of a digit in the row 1 to 0, by the physical key: AZERTY needs no Maj. */
export function digitPlace(press: KeyPress): number | null {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  if (digit === undefined || !isPlain(press)) return null;
  // Without Verr. Num the numeric pad moves instead of writing digits.
  if (press.code.startsWith("Numpad") && !/^\d$/.test(press.key)) return null;
  return digit === "0" ? 9 : Number(digit) - 1;
}

export function globalCommand(press: KeyPress): GlobalCommand | null {
  if (press.key === "F1") return "help";
  if (press.key === "F6") return press.shiftKey ? "zone_back" : "zone";
  if (press.key === "F9") return "sync";
  if (!isControl(press) || press.shiftKey) return null;
  if (press.key.toLowerCase() === "s") return "save";
  if (press.key.toLowerCase() === "z") return "undo";
  return null;
}

const CHOICES = ["mine", "theirs", "second_look"] as const;

export function arbitrationCommand(press: KeyPress): ArbitrationCommand | null {
  const choice = CHOICES[digitPlace(press) ?? -1];
  if (choice) return { do: "choose", choice };
  if (!isPlain(press) || press.shiftKey) return null;
  if (press.key === "ArrowLeft") return { do: "side", side: "mine" };
  if (press.key === "ArrowRight") return { do: "side", side: "theirs" };
  return press.key === " " ? { do: "open" } : null;
}

export function pieceCommand(press: KeyPress, zone: PieceZone): PieceCommand | null {
  // What every reader of documents tries first.
  if (isControl(press) && !press.shiftKey && press.key.toLowerCase() === "f") return { do: "find" };
  const documents = zone === "page" || zone === "second";
  if (isControl(press) && !press.shiftKey && press.key.toLowerCase() === "g") return { do: "go_to_page" };
  if (!isPlain(press)) return null;
  switch (press.key) {
    case "Enter":
      return { do: "validate", stay: press.shiftKey };
    case "ArrowDown":
      return { do: "piece", by: 1 };
    case "ArrowUp":
      return { do: "piece", by: -1 };
    case "PageDown":
      return { do: "page", by: 1 };
    case "PageUp":
      return { do: "page", by: -1 };
    case "Home":
      return documents ? { do: "edge", to: "start" } : null;
    case "End":
      return documents ? { do: "edge", to: "end" } : null;
  }
  const place = digitPlace(press);
  if (place === 9 && documents) return { do: "zoom", how: "width" };
  if (place !== null) return { do: "reason", index: place };
  if (press.key === "+" || press.code === "Equal") return { do: "zoom", how: "in" };
  if (press.key === "-" || press.code === "Minus") return { do: "zoom", how: "out" };
  const letter = press.key.toLowerCase();
  if (letter === "p") return { do: "rotate", all: press.shiftKey };
  if (press.shiftKey) return null;
  const outcome = VERDICTS[letter];
  if (outcome) return { do: "verdict", outcome };
  const answer = ANSWERS[letter];
  if (answer) return { do: "answer", answer };
  if (letter === "m") return { do: "same" };
  if (letter === "u") return { do: "cite" };
  if (letter === "j") return { do: "piece", by: 1 };
  if (letter === "k") return { do: "piece", by: -1 };
  if (letter === "z") return { do: "zoom", how: "next" };
  if (letter === "v") return { do: "compare" };
  if (letter === "g") return { do: "light" };
  if (letter === "r") return { do: "find" };
  if (letter === "l") return { do: "lift" };
  return null;
}
