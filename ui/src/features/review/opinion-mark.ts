import type { AssessmentView } from "../../ipc";
import type { MarkName } from "../../shared/marks";

/** The shape of an opinion, if it has one of the known shapes. */
export function opinionMark(kind: AssessmentView["kind"]): MarkName | undefined {
  const marks: Partial<Record<AssessmentView["kind"], MarkName>> = {
    favourable: "accepted",
    unfavourable: "rejected",
    deferred: "waiting",
    more_information: "second_look",
  };
  return marks[kind];
}
