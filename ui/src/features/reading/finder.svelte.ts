//! Finding a text in the document: all places counted, one of them the current.

import { errorOf, ipc, type AppError, type FoundView, type HitView } from "../../ipc";
import { say } from "../../shared/status.svelte";
import { reading as texts } from "../../texts/reading";
import { longestWord } from "./found-pages";

export class Finder {
  open = $state(false);
  query = $state("");
  found = $state.raw<FoundView>();
  error = $state.raw<AppError>();
  current = $state(0);
  /** The field, once it is on screen. */
  field: HTMLInputElement | undefined;
  #searched = "";
  #reveal: (hit: HitView) => void;

  readonly hits: HitView[] = $derived(this.found?.hits ?? []);
  readonly hit: HitView | undefined = $derived(this.hits[this.current]);

  constructor(reveal: (hit: HitView) => void) {
    this.#reveal = reveal;
  }

  /** Shows the field, or brings the keyboard back to it. */
  begin(): void {
    this.open = true;
    this.field?.focus();
    this.field?.select();
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
    if (!(await this.#find(sha256, query))) return;
    if (this.hit) this.#reveal(this.hit);
    say(texts.found(this.hits.length));
  }

  /** Marks what was found elsewhere on a page, counted from 1, and brings it into view. */
  async mark(sha256: string, query: string, page: number): Promise<void> {
    if (!(await this.#find(sha256, query))) return;
    // The words are all on the page, and may stand apart.
    if (this.hits.length === 0 && !(await this.#find(sha256, longestWord(query)))) return;
    const first = this.hits.findIndex((hit) => hit.page === page);
    if (first < 0) return;
    this.current = first;
    if (this.hit) this.#reveal(this.hit);
  }

  /** Whether the document was searched, and nothing else was asked for meanwhile. */
  async #find(sha256: string, query: string): Promise<boolean> {
    this.#searched = query;
    try {
      const found = await ipc.findInDocument(sha256, query);
      if (query !== this.#searched) return false;
      this.error = undefined;
      this.found = found;
      this.current = 0;
      return true;
    } catch (thrown) {
      this.error = errorOf(thrown);
      return false;
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
