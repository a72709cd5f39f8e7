//! The document being read: what is known of it, its zoom, its rotation, its page.

import { tick } from "svelte";
import { errorOf, ipc, type AppError, type DocumentView, type HitView } from "../../ipc";
import { say } from "../../shared/status.svelte";
import { reading as texts } from "../../texts/reading";
import { Contents } from "./contents.svelte";
import { Finder } from "./finder.svelte";
import {
  fitScale,
  nearPages,
  naturalSizes,
  pageAt,
  placePages,
  zoomed,
  type PlacedPage,
  type Size,
} from "./layout";

export class Reader {
  document = $state.raw<DocumentView>();
  error = $state.raw<AppError>();
  sha256 = $state<string>();
  viewport = $state<Size>({ width: 0, height: 0 });
  scroll = $state(0);
  rotation = $state(0);
  #zoom = $state<number>();
  /** Not states: what asks for a document must not depend on them. */
  #asked: string | undefined;
  #here = false;
  #table: HTMLElement | undefined;

  readonly contents = new Contents();
  readonly finder = new Finder((hit) => this.#reveal(hit));
  readonly sizes: Size[] = $derived(this.document ? naturalSizes(this.document) : []);
  readonly fit: boolean = $derived(this.#zoom === undefined);
  readonly scale: number = $derived(this.#zoom ?? fitScale(this.sizes, this.rotation, this.viewport.width));
  readonly pages: PlacedPage[] = $derived(placePages(this.sizes, this.rotation, this.scale));
  readonly near: Set<number> = $derived(nearPages(this.pages, this.scroll, this.viewport.height));
  readonly page: number = $derived(pageAt(this.pages, this.scroll, this.viewport.height));
  readonly percent: number = $derived(Math.round(this.scale * 100));

  /** Opens a file; one that was missing is opened again once it is here. */
  async open(sha256: string | undefined, here: boolean): Promise<void> {
    const arrived = here && !this.#here;
    const same = sha256 === this.#asked;
    this.#here = here;
    if (same && !arrived) return;
    // A page that is still being drawn for nobody would keep the next one waiting.
    if (this.#asked && this.#asked !== sha256) ipc.stopDocument(this.#asked).catch(errorOf);
    this.#asked = sha256;
    this.sha256 = sha256;
    this.finder.reset();
    await this.retry();
  }

  /** Opens the file again with the password that was typed for it. */
  async unlock(password: string): Promise<void> {
    await this.retry(password);
  }

  async retry(password: string | null = null): Promise<void> {
    const sha256 = this.#asked;
    this.document = undefined;
    this.error = undefined;
    this.#scrollTo(0);
    if (!sha256) return;
    try {
      const document = await ipc.openDocument(sha256, password);
      if (sha256 !== this.#asked) return;
      this.rotation = document.rotation % 4;
      this.document = document;
    } catch (thrown) {
      if (sha256 === this.#asked) this.error = errorOf(thrown);
    }
  }

  /** Brings the keyboard back to the pages. */
  focus(): void {
    this.#table?.focus();
  }

  /** Finding: the field opens, or takes the focus again. */
  find(): void {
    if (!this.document || this.document.pages.length === 0) return;
    this.finder.open = true;
  }

  /** Brings a place into view, a third down the screen. */
  #reveal(hit: HitView): void {
    const page = this.pages[hit.page - 1];
    const size = this.document?.pages[hit.page - 1];
    if (!page || !size) return;
    const box = hit.boxes[0];
    const part = box && this.rotation === 0 ? (box.top ?? 0) / (size.height ?? 1) : 0;
    this.#scrollTo(Math.max(0, page.top + part * page.height - this.viewport.height / 3));
  }

  /** To attach to the element that scrolls. */
  table = (element: HTMLElement): (() => void) => {
    this.#table = element;
    const observer = new ResizeObserver(() => {
      this.viewport = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  };

  scrolled(): void {
    this.scroll = this.#table?.scrollTop ?? 0;
  }

  turnPage(by: 1 | -1): void {
    const target = Math.max(0, Math.min(this.pages.length - 1, this.page + by));
    const page = this.pages[target];
    if (!page) return;
    this.#scrollTo(Math.max(0, page.top - 12));
    if (this.pages.length > 1) say(texts.pageAlt(target + 1, this.pages.length));
  }

  zoom(how: "in" | "out" | "fit"): void {
    if (!this.document) return;
    this.#keepingPlace(() => {
      this.#zoom = how === "fit" ? undefined : zoomed(this.scale, how);
    });
    say(texts.zoomed(this.percent));
  }

  rotate(): void {
    if (!this.document) return;
    const { sha256 } = this.document;
    const rotation = (this.rotation + 1) % 4;
    this.#keepingPlace(() => {
      this.rotation = rotation;
    });
    say(texts.rotated(rotation));
    ipc.setRotation(sha256, rotation).catch(errorOf);
  }

  /** The page on screen stays there when its size changes. */
  #keepingPlace(change: () => void): void {
    const { page } = this;
    const before = this.pages[page];
    const part = before ? (this.scroll - before.top) / before.height : 0;
    change();
    void tick().then(() => {
      const after = this.pages[page];
      if (after) this.#scrollTo(after.top + part * after.height);
    });
  }

  #scrollTo(top: number): void {
    this.#table?.scrollTo({ top });
    this.scroll = Math.max(0, top);
    void tick().then(() => this.scrolled());
  }
}
