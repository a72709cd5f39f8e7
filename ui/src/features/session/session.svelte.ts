//! Who is at the desk.

import { ipc, type AppError, errorOf, type SessionView } from "../../ipc";
import { Query } from "../../shared/query.svelte";

export const session = new Query<SessionView>(() => ipc.session());

/** Runs a command that answers with the session; gives what prevents it, if anything does. */
export async function enter(command: () => Promise<SessionView>): Promise<AppError | undefined> {
  try {
    session.set(await command());
    return undefined;
  } catch (thrown) {
    return errorOf(thrown);
  }
}
