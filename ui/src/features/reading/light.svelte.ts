//! What the light table knows of the files, asked for a few at a time.

import { SvelteMap } from "svelte/reactivity";
import { errorOf, ipc, type AppError, type DocumentView } from "../../ipc";
import { Few } from "./few";
import { naturalSizes, type Size, type Turns } from "./layout";
import { keptTurns, turnsOf } from "./turns";

const AT_ONCE = 4;

export type LightDocument = { sizes: Size[]; turns: Turns } | { error: AppError };

export class LightDocuments {
  #known = new SvelteMap<string, LightDocument>();
  #few = new Few(AT_ONCE, (sha256) => this.#read(sha256));
  #open: (sha256: string) => Promise<DocumentView>;

  constructor(open: (sha256: string) => Promise<DocumentView> = (sha256) => ipc.openDocument(sha256, null)) {
    this.#open = open;
  }

  get(sha256: string): LightDocument | undefined {
    return this.#known.get(sha256);
  }

  /** Asks for the files near the screen; it depends on no state. */
  ask(near: readonly string[]): void {
    this.#few.ask(near);
  }

  async #read(sha256: string): Promise<boolean> {
    try {
      const document = await this.#open(sha256);
      this.#known.set(sha256, { sizes: naturalSizes(document), turns: turnsOf(keptTurns(document)) });
      return false;
    } catch (thrown) {
      const error = errorOf(thrown);
      this.#known.set(sha256, { error });
      // What may work later is asked again when it comes near again.
      return error.retry;
    }
  }
}
