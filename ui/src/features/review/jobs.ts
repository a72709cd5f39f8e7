import type { DossierView, JobView } from "../../ipc";

export interface JobRow {
  job: JobView;
  done: number;
  total: number;
}

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

export function percent(job: JobView): number {
  return job.rate_reference > 0 ? Math.round((job.rate_hours / job.rate_reference) * 100) : 0;
}
