//! One message at a time about an action that could not be done.

import { errorOf, type AppError } from "../ipc";

export const notice = $state<{ error: AppError | undefined }>({ error: undefined });

/** Runs an action; what prevents it is shown as a message. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    const value = await action();
    notice.error = undefined;
    return value;
  } catch (thrown) {
    notice.error = errorOf(thrown);
    return undefined;
  }
}
