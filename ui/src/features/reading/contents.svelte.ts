//! What is read on the pages beside their pictures: words, fields, what may lack.

import { SvelteMap } from "svelte/reactivity";
import { errorOf, ipc, type FlowView, type PageContentView } from "../../ipc";
import { ahead } from "./ahead.svelte";

/** How long a mask stays lifted. */
const LIFTED_MS = 10_000;

export class Contents {
  /** By page, counted from 0; asked once, when the page is near the screen. */
  readonly pages = new SvelteMap<number, PageContentView>();
  flow = $state.raw<FlowView>();
  annotationsShown = $state(true);
  /** Whether what is masked may be seen for a moment. */
  lifted = $state(false);
  #sha256: string | undefined;
  /** What was asked for; nothing on screen depends on it. */
  #asked: Record<number, true> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly warnings: string[] = $derived(
    [...this.pages.values()]
      .flatMap((page) => page.warnings)
      .filter((code, at, all) => all.indexOf(code) === at),
  );
  readonly annotated: boolean = $derived([...this.pages.values()].some((page) => page.annotations));
  readonly masked: number = $derived(
    [...this.pages.values()].reduce((sum, page) => sum + maskedRuns(page), 0),
  );

  /** Another document is on screen, or none. */
  begin(sha256: string | undefined, isFlow: boolean): void {
    if (sha256 === this.#sha256) return;
    this.#sha256 = sha256;
    this.#asked = {};
    this.pages.clear();
    this.flow = undefined;
    this.cover();
    if (sha256 && isFlow) {
      ipc.documentFlow(sha256).then((flow) => {
        if (sha256 === this.#sha256) this.flow = flow;
      }, errorOf);
    }
  }

  want(index: number): void {
    const sha256 = this.#sha256;
    if (!sha256 || this.#asked[index]) return;
    this.#asked[index] = true;
    const ready = index === 0 ? ahead.content(sha256) : undefined;
    if (ready) {
      this.pages.set(index, ready);
      return;
    }
    ipc.pageContent(sha256, index + 1).then((content) => {
      if (sha256 === this.#sha256) this.pages.set(index, content);
    }, errorOf);
  }

  lift(): void {
    clearTimeout(this.#timer);
    this.lifted = true;
    this.#timer = setTimeout(() => this.cover(), LIFTED_MS);
  }

  /** Whether a page is to be shown without its masks: only one that has some is drawn anew. */
  bare(index: number): boolean {
    return this.lifted && this.pages.get(index)?.words.some((word) => word.masked) === true;
  }

  cover(): void {
    clearTimeout(this.#timer);
    this.lifted = false;
  }
}

/** Numbers masked on a page: words that follow each other are one. */
export function maskedRuns(page: Pick<PageContentView, "words">): number {
  return page.words.filter((word, index) => word.masked && !page.words[index - 1]?.masked).length;
}
