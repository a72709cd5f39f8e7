import type { ExchangeView } from "../../ipc";

/** What a later state of the exchange puts out of date. */
export interface Outdated {
  /** The decisions on their way. */
  decisions: boolean;
  /** The exchanges there were. */
  past: boolean;
  /** Which files are lacking. */
  files: boolean;
  /** What this machine holds. */
  machine: boolean;
}

/** Compares what was known with what is: bytes that come put nothing out of date but themselves. */
export function outdated(before: ExchangeView | undefined, after: ExchangeView): Outdated {
  if (!before) return { decisions: true, past: true, files: true, machine: true };
  const tried = before.last_attempt !== after.last_attempt;
  const decisions = tried || before.pending !== after.pending || before.refused !== after.refused;
  const fetched = !before.transfer?.fetching !== !after.transfer?.fetching;
  const files =
    tried ||
    before.transfer?.files_done !== after.transfer?.files_done ||
    before.transfer?.files_total !== after.transfer?.files_total;
  // Told of no progress at all, it is something of the machine: its clock, what it erased.
  const progress =
    before.transfer?.bytes_done !== after.transfer?.bytes_done ||
    before.transfer?.fetching !== after.transfer?.fetching;
  return { decisions, past: decisions || fetched, files, machine: files || !progress };
}
