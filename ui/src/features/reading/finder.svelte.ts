//! Finding a text in the document: all places counted, one of them the current.

import { errorOf, ipc, type AppError, type FoundView, type HitView } from "../../ipc";
import { say } from "../../shared/status.svelte";
import { reading as texts } from "../../texts/reading";

export class Finder {
  open = $state(false);
  query = $state("");
  found = $state.raw<FoundView>();
  error = $state.raw<AppError>();
  current = $state(0);
  #searched = "";
  #reveal: (hit: HitView) => void;

  readonly hits: HitView[] = $derived(this.found?.hits ?? []);
  readonly hit: HitView | undefined = $derived(this.hits[this.current]);

  constructor(reveal: (hit: HitView) => void) {
    this.#reveal = reveal;
  }

  /** Another document: what was found is no longer there. */
  reset(): void {
    this.found = undefined;
    this.error = undefined;
    this.current = 0;
    this.#searched = "";
  }

  close(): void {
    this.open = false;
    this.reset();
  }

  /** Searches; the same text again goes to its next place. */
  async search(sha256: string, by: 1 | -1 = 1): Promise<void> {
    const query = this.query.trim();
    if (!query) return this.reset();
    if (query === this.#searched && this.found) return this.move(by);
    this.#searched = query;
    try {
      const found = await ipc.findInDocument(sha256, query);
      if (query !== this.#searched) return;
      this.error = undefined;
      this.found = found;
      this.current = 0;
      if (this.hit) this.#reveal(this.hit);
      say(texts.found(found.hits.length));
    } catch (thrown) {
      this.error = errorOf(thrown);
    }
  }

  move(by: 1 | -1): void {
    const { length } = this.hits;
    if (length === 0) return;
    this.current = (this.current + by + length) % length;
    if (this.hit) this.#reveal(this.hit);
    say(texts.hit(this.current + 1, length));
  }
}
