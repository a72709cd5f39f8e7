import type { AppError } from "../../ipc";

/** Files that failed for the same reason, told once. */
export function groupFailures(failed: AppError[]): { error: AppError; count: number }[] {
  const groups = new Map<string, { error: AppError; count: number }>();
  for (const error of failed) {
    const group = groups.get(error.code);
    if (group) group.count += 1;
    else groups.set(error.code, { error, count: 1 });
  }
  return [...groups.values()];
}
