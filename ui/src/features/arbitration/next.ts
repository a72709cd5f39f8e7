import type { ArbitrationView } from "../../ipc";

/** What comes once the one at a place is settled: the one that took the place, else the last. */
export function nextAfter(
  settled: string,
  at: number,
  listed: ArbitrationView[],
): ArbitrationView | undefined {
  const left = listed.filter((each) => each.decision !== settled);
  return left[Math.min(at, left.length - 1)];
}
