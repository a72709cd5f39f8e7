//! The text of a selection over the words of a page.

import type { WordView } from "../../ipc";

/** Words as text: spaces as in the file, a new line for each line. */
export function plainText(words: Pick<WordView, "text" | "line" | "spaced">[]): string {
  return words
    .map((word, index) => {
      const next = words[index + 1];
      if (!next) return word.text;
      if (next.line !== word.line) return `${word.text}\n`;
      return word.spaced ? `${word.text} ` : word.text;
    })
    .join("");
}
