//! A mark as typed: a comma or a point, two decimals at most.

/** Hundredths of a mark out of 20, or nothing if it is not one. */
export function parseMark(text: string): number | null {
  const match = /^(\d{1,2})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  const hundredths = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return hundredths <= 2000 ? hundredths : null;
}

/** A mark the way it is typed: 12,5 out of 1250. */
export function markText(hundredths: number): string {
  return String(hundredths / 100).replace(".", ",");
}
