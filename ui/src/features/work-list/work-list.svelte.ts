//! The work list: what Rust says, and what is chosen on the screen.

import { ipc, type JuryRowView, type WorkListView } from "../../ipc";
import { attempt } from "../../shared/notice.svelte";
import { Query } from "../../shared/query.svelte";
import { say } from "../../shared/status.svelte";
import { workList as texts } from "../../texts/work-list";
import type { ViewId } from "./rows";

export const workList = new Query<WorkListView>(() => ipc.workList());

/** What the person chose; it survives a visit to a dossier. */
export const chosen = $state<{ view: ViewId; row: string | undefined }>({ view: "all", row: undefined });

async function run(command: () => Promise<null>, said: string): Promise<void> {
  const done = await attempt(async () => {
    await command();
    return true;
  });
  workList.invalidate();
  if (done) say(said, "ok");
}

export const carry = (jury: JuryRowView) => run(() => ipc.carryJury(jury.id), texts.carried(jury.label));
export const release = (jury: JuryRowView) => run(() => ipc.releaseJury(jury.id), texts.released(jury.label));
