//! A selection over the words of a page.

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

/** The words of one page that a selection touches; the page's group has them in its elements. */
export function selectedWords(range: Range, group: Element, words: readonly WordView[]): WordView[] {
  return [...group.children]
    .filter((each) => range.intersectsNode(each))
    .flatMap((each) => words[Number((each as SVGElement).dataset.word)] ?? []);
}

/** What is selected in the window, if anything is. */
export function selection(): Range | undefined {
  const selected = getSelection();
  return selected && !selected.isCollapsed && selected.rangeCount > 0 ? selected.getRangeAt(0) : undefined;
}
