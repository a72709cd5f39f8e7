//! The status line: what was just done, said politely.

interface Line {
  text: string;
  tone: "ok" | "info";
  /** Changes at each line, so that the same words are said twice. */
  turn: number;
}

/** How long a passing remark stays, in milliseconds. What was recorded stays until the next line. */
const PASSING = 8000;

export const status = $state<Line>({ text: "", tone: "info", turn: 0 });

export function say(text: string, tone: Line["tone"] = "info"): void {
  status.text = text;
  status.tone = tone;
  const turn = (status.turn += 1);
  if (tone === "info") {
    setTimeout(() => {
      if (status.turn === turn) status.text = "";
    }, PASSING);
  }
}

/** What was said of what is no longer on screen; what was recorded is still told. */
export function hush(): void {
  if (status.tone === "info") status.text = "";
}
