//! Unsent work in a file for the service alone.

import { errorOf, ipc, type AppError } from "../../ipc";

/** What came of the last export from one place. */
export class Export {
  done = $state(false);
  error = $state.raw<AppError>();

  async run(): Promise<void> {
    try {
      this.done = (await ipc.exportWork()) !== null;
      this.error = undefined;
    } catch (thrown) {
      this.error = errorOf(thrown);
    }
  }
}
