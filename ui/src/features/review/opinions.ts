import type { AssessmentView } from "../../ipc";

/** The opinions in the order of their digits. */
export const OPINIONS = [
  "favourable",
  "unfavourable",
  "internship",
  "deferred",
  "more_information",
] as const satisfies readonly Exclude<AssessmentView["kind"], "mark">[];

/** An internship lasts 3 to 6 months; the domain refuses anything else. */
export const INTERNSHIP_MONTHS = [3, 4, 5, 6] as const;
