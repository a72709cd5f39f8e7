import type { DossierView, JobView } from "../../ipc";

export interface JobRow {
  job: JobView;
  done: number;
  total: number;
}

const number = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
const SETTLED = ["accepted", "issue", "exempted", "not_required"];

/** The jobs declared, each once, with their pieces. */
export function jobsOf(view: DossierView): JobRow[] {
  const rows = new Map<string, JobRow>();
  for (const { job, pieces } of view.groups) {
    if (!job) continue;
    const row = rows.get(job.key) ?? { job, done: 0, total: 0 };
    const states = new Map(pieces.map((piece) => [piece.slot, piece.state]));
    row.total += states.size;
    row.done += [...states.values()].filter((state) => SETTLED.includes(state)).length;
    rows.set(job.key, row);
  }
  return [...rows.values()];
}

/** How much of a full time, to a tenth of a per cent; the exact rate stays with the domain. */
export function percent(job: JobView): string {
  return number.format((job.rate_hours / job.rate_reference) * 100);
}
