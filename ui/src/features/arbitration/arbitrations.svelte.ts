//! What waits for a person to settle it.

import { SvelteMap } from "svelte/reactivity";
import { ipc, type ArbitrationView, type ChoiceView } from "../../ipc";
import { attempt } from "../../shared/notice.svelte";
import { Query } from "../../shared/query.svelte";
import { say } from "../../shared/status.svelte";
import { arbitration as texts } from "../../texts/arbitration";

export const arbitrations = new Query<ArbitrationView[]>(() => ipc.arbitrations());

/** The reasons that are being written, by decision: "décider plus tard" keeps them. */
export const reasons = new SvelteMap<string, string>();

/** Settles one, with the reason written for it; says whether it is. */
export async function settle({ decision }: ArbitrationView, choice: ChoiceView): Promise<boolean> {
  const done = await attempt(async () => {
    await ipc.arbitrate(decision, choice, reasons.get(decision) ?? "");
    reasons.delete(decision);
    return true;
  });
  await arbitrations.refresh();
  if (done) say(texts.settled[choice], "ok");
  return done === true;
}

/** Has one that was filed away ask for attention again. */
export async function reopen(decision: string): Promise<void> {
  const done = await attempt(async () => {
    await ipc.reopenArbitration(decision);
    return true;
  });
  arbitrations.invalidate();
  if (done) say(texts.reopened);
}
