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
  /** The field, once it is on screen. */
  field: HTMLInputElement | undefined;
  #searched = "";
  /** Raised when what was found no longer counts. */
  #round = 0;
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
    this.#round += 1;
  }

  /** Whether what was found is what this text asks for. */
  isAbout(query: string): boolean {
    return !!this.found && query.trim() === this.#searched;
  }

  close(): void {
    this.open = false;
    this.reset();
  }

  /** Searches; the same text again goes to its next place. */
  async search(sha256: string, by: 1 | -1 = 1): Promise<void> {
    const query = this.query.trim();
    if (!query) return this.reset();
    if (this.isAbout(query)) return this.move(by);
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

  /** Marks on a page, counted from 1, what the dossier was searched for, and brings it into view. */
  async mark(sha256: string, query: string, page: number): Promise<void> {
    // Not a search of the document, which Entrée still has to make.
    this.reset();
    const round = this.#round;
    try {
      const hits = await ipc.findOnPage(sha256, page, query);
      if (round !== this.#round || this.#searched) return;
      this.found = { hits, pages_without_text: 0, partial: false };
      if (this.hit) this.#reveal(this.hit);
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
