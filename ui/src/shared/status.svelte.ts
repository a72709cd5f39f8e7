//! The status line: what was just done, said politely.

interface Line {
  text: string;
  tone: "ok" | "info";
  /** Changes at each line, so that the same words are said twice. */
  turn: number;
}

export const status = $state<Line>({ text: "", tone: "info", turn: 0 });

export function say(text: string, tone: Line["tone"] = "info"): void {
  status.text = text;
  status.tone = tone;
  status.turn += 1;
}
