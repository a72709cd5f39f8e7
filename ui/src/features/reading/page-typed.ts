/** The index of the page that was typed, the nearest there is; none when it is no number. */
export function pageTyped(text: string, pages: number): number | undefined {
  const number = /^\s*(\d+)\s*$/.exec(text)?.[1];
  if (number === undefined || pages < 1) return undefined;
  return Math.max(1, Math.min(pages, Number(number))) - 1;
}
