//! The document being read: what is known of it, its zoom, its rotations, its page.

import { flushSync, tick, untrack } from "svelte";
import { SvelteSet } from "svelte/reactivity";
import { errorOf, ipc, type AppError, type BoxView, type CitationView, type DocumentView } from "../../ipc";
import { hush, say, status } from "../../shared/status.svelte";
import { reading as texts } from "../../texts/reading";
import { scaleOf } from "./ahead";
import { ahead } from "./ahead.svelte";
import { boxOf, zoneAround } from "./cited";
import { Contents } from "./contents.svelte";
import { selectedWords, selection } from "./copied";
import { Finder } from "./finder.svelte";
import { kept } from "./kept.svelte";
import {
  contentSize,
  extentOf,
  GAP,
  naturalSizes,
  nearPages,
  pageAt,
  pictureWidth,
  placePages,
  within,
  type Extent,
  type PlacedPage,
  type Point,
  type Range,
  type Size,
  type Turns,
} from "./layout";
import { onScreen, tilePlan, type TilePlan } from "./tiles";
import { keepTurns, keptTurns, turnedMore, turnsOf, UPRIGHT } from "./turns";
import { anchorAt, scrollTo, wheeled, zoomed, type Fit, type Zoom, type ZoomHow } from "./zoom";

export class Reader {
  document = $state.raw<DocumentView>();
  error = $state.raw<AppError>();
  sha256 = $state<string>();
  viewport = $state.raw<Size>({ width: 0, height: 0 });
  scroll = $state(0);
  left = $state(0);
  /** The zone drawn on a page that has no words. */
  drawn = $state.raw<CitationView>();
  /** Pages whose picture came, or will not. */
  readonly #settled = new SvelteSet<number>();
  #turned = $state.raw(UPRIGHT);
  #zoom = $state<Zoom>(kept.zoom);
  /** The page gone to, as long as nobody scrolls: the last ones cannot all be on top. */
  #aim = $state.raw<{ page: number; scroll: number }>();
  /** Not states: what asks for a document must not depend on them. */
  #asked: string | undefined;
  /** The turn of the status line that is ours. */
  #said = -1;
  #here = false;
  #table: HTMLElement | undefined;
  #landing: { sha256: string; page: number; query: string | undefined } | undefined;

  readonly contents = new Contents();
  readonly finder = new Finder((hit) => this.#reveal(hit.page, hit.boxes[0]));
  readonly sizes: Size[] = $derived(this.document ? naturalSizes(this.document) : []);
  readonly turns: Turns = $derived(turnsOf(this.#turned));
  readonly fit: Fit | undefined = $derived(typeof this.#zoom === "number" ? undefined : this.#zoom);
  readonly #extent: Extent = $derived(extentOf(this.sizes, this.turns));
  readonly scale: number = $derived(scaleOf(this.#zoom, this.#extent, this.sizes.length, this.viewport));
  readonly pages: PlacedPage[] = $derived(placePages(this.sizes, this.turns, this.scale));
  readonly content: Size = $derived(contentSize(this.pages, this.#extent.width * this.scale, this.viewport));
  readonly #near: Range = $derived(nearPages(this.pages, this.scroll, this.viewport.height));
  /** Numbers: what depends on them waits until they change, not for each scroll. */
  readonly #from: number = $derived(this.#near.from);
  readonly #to: number = $derived(this.#near.to);
  readonly near: number[] = $derived(
    Array.from({ length: this.#to - this.#from }, (_, index) => this.#from + index),
  );
  readonly #seen: Range = $derived(within(this.pages, this.scroll, this.scroll + this.viewport.height));
  readonly #first: number = $derived(this.#seen.from);
  readonly #after: number = $derived(this.#seen.to);
  /** Whether what is on screen is drawn: what is near it is asked for only then. */
  readonly ready: boolean = $derived.by(() => {
    for (let index = this.#first; index < this.#after; index++) if (!this.#settled.has(index)) return false;
    return this.document !== undefined;
  });
  readonly page: number = $derived(
    this.#aim && Math.abs(this.#aim.scroll - this.scroll) < 2
      ? this.#aim.page
      : pageAt(this.pages, this.scroll, this.viewport.height),
  );
  /** Whether there is something to read, or about to be: its tools stay, and keep the focus. */
  readonly tools: boolean = $derived(!!this.sha256 && !this.error && this.document?.pages.length !== 0);
  readonly percent: number = $derived(Math.round(this.scale * 100));

  #say(text: string): void {
    say(text);
    this.#said = status.turn;
  }

  /** Opens a file; one that was missing is opened again once it is here. */
  async open(sha256: string | undefined, here: boolean): Promise<void> {
    const arrived = here && !this.#here;
    const same = sha256 === this.#asked;
    this.#here = here;
    if (same && !arrived) return;
    // A page that is still being drawn for nobody would keep the next one waiting.
    if (this.#asked && !same) ipc.stopDocument(this.#asked).catch(errorOf);
    // "Page 12" was said of the document before.
    if (!same && untrack(() => status.turn) === this.#said) hush();
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
    this.drawn = undefined;
    this.error = undefined;
    this.#aim = undefined;
    this.#settled.clear();
    this.#scrollTo({ x: 0, y: 0 });
    if (!sha256) return;
    try {
      const opened = password === null ? ahead.document(sha256) : undefined;
      // Without waiting, not even a moment, when it is here.
      const document = opened ?? (await ipc.openDocument(sha256, password));
      if (sha256 !== this.#asked) return;
      this.#turned = keptTurns(document);
      this.document = document;
      const landing = this.#landing;
      this.#landing = undefined;
      if (landing?.sha256 === sha256) this.land(sha256, landing.page, landing.query);
    } catch (thrown) {
      if (sha256 === this.#asked) this.error = errorOf(thrown);
    }
  }

  /** Whether a page is on screen. */
  shows(index: number): boolean {
    return index >= this.#first && index < this.#after;
  }

  /** The picture of a page came, or will not. */
  settle(index: number): void {
    this.#settled.add(index);
  }

  /** The width at which the picture of a page is asked for. */
  widthOf(page: PlacedPage): number {
    return pictureWidth(page.picture, window.devicePixelRatio);
  }

  /** The parts of a page to draw by themselves, when it is enlarged so much. */
  tiles(index: number): TilePlan | undefined {
    const [page, size] = [this.pages[index], this.document?.pages[index]];
    if (!page || !size) return undefined;
    const { left: x, scroll: y, viewport } = this;
    const seen = onScreen(page, this.content.width, { x, y, ...viewport });
    const units = { width: size.width ?? 1, height: size.height ?? 1 };
    // A photo has its pixels; the rest is drawn at any scale up to that of the reading room.
    const largest = this.document?.format === "pdf" ? 32 : 1;
    return tilePlan(page, units, this.turns(index), seen, window.devicePixelRatio, largest);
  }

  /** Brings the keyboard back to the pages. */
  focus(): void {
    this.#table?.focus();
  }

  /** A zone is being drawn on a page, or none any more. */
  draw(index: number, box: BoxView | undefined): void {
    const size = this.document?.pages[index];
    const zone = box && size ? zoneAround([box], size) : undefined;
    this.drawn = zone && { page: index + 1, zone };
  }

  /** What somebody who cites means: the words selected, the zone drawn, else the page on screen. */
  place(): CitationView | undefined {
    if (!this.document?.pages.length) return undefined;
    return this.#selected() ?? this.drawn ?? { page: this.page + 1, zone: null };
  }

  #selected(): CitationView | undefined {
    const range = selection();
    if (!range) return undefined;
    for (const group of this.#table?.querySelectorAll<SVGGElement>("g[data-page]") ?? []) {
      if (!range.intersectsNode(group)) continue;
      const index = Number(group.dataset.page);
      const size = this.document?.pages[index];
      const words = selectedWords(range, group, this.contents.pages.get(index)?.words ?? []);
      const zone =
        size &&
        zoneAround(
          words.flatMap((word) => word.area ?? []),
          size,
        );
      if (zone) return { page: index + 1, zone };
    }
    return undefined;
  }

  /** Brings what is cited into view. */
  show(citation: CitationView): void {
    const size = this.document?.pages[citation.page - 1];
    if (citation.zone && size) this.#reveal(citation.page, boxOf(citation.zone, size));
    else this.goTo(citation.page - 1);
  }

  /** Finding: the field opens, or takes the focus again. */
  find(): void {
    this.finder.begin();
  }

  /** Brings a place into view, a third down the screen. */
  #reveal(number: number, box: BoxView | undefined): void {
    const page = this.pages[number - 1];
    const size = this.document?.pages[number - 1];
    if (!page || !size) return;
    const part = box && this.turns(number - 1) === 0 ? (box.top ?? 0) / (size.height ?? 1) : 0;
    const top = page.top + part * page.height - this.viewport.height / 3;
    this.#scrollTo({ x: this.#table?.scrollLeft ?? 0, y: Math.max(0, top) });
  }

  /** The page to show of a file that is open or is about to be, and what to mark there. */
  land(sha256: string, page: number, query?: string): void {
    if (this.document?.sha256 !== sha256) {
      this.#landing = { sha256, page, query };
      return;
    }
    this.goTo(page);
    if (query && this.pages.length > 0) void this.finder.mark(sha256, query, page + 1);
  }

  /** To attach to the element that scrolls. */
  table = (element: HTMLElement): (() => void) => {
    this.#table = element;
    // Back from the light table, the page is where it was.
    untrack(() => this.#scrollTo({ x: this.left, y: this.scroll }));
    const observer = new ResizeObserver(() => {
      const size = { width: element.clientWidth, height: element.clientHeight };
      if (size.width === this.viewport.width && size.height === this.viewport.height) return;
      this.#keepingPlace({ x: this.viewport.width / 2, y: 0 }, () => (this.viewport = size), size);
    });
    observer.observe(element);
    // Said active, or the window would not let the zoom of the engine be stopped.
    element.addEventListener("wheel", this.#wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", this.#wheel);
      this.#table = undefined;
    };
  };

  scrolled(): void {
    if (!this.#table) return;
    this.scroll = this.#table.scrollTop;
    this.left = this.#table.scrollLeft;
  }

  turnPage(by: 1 | -1): void {
    this.goTo(this.page + by);
  }

  toEdge(edge: "start" | "end"): void {
    this.goTo(edge === "start" ? 0 : this.pages.length - 1);
  }

  /** Shows a page from its top; the nearest one when there is no such page. */
  goTo(wanted: number): void {
    const index = Math.max(0, Math.min(this.pages.length - 1, wanted));
    const page = this.pages[index];
    if (!page) return;
    this.#scrollTo({ x: this.left, y: Math.max(0, page.top - GAP) });
    void tick().then(() => (this.#aim = { page: index, scroll: this.scroll }));
    if (this.pages.length > 1) this.#say(texts.onPage(index + 1, this.pages.length));
  }

  zoom(how: ZoomHow): void {
    if (!this.document) return;
    this.#keepingPlace(this.#middle(), () => this.#setZoom(zoomed(this.#zoom, this.scale, how)));
    this.#say(this.fit ? texts.fitted[this.fit](this.percent) : texts.zoomed(this.percent));
  }

  /** Turns the page on screen, or all of them, by a quarter. */
  rotate(all = false): void {
    const { document, page } = this;
    if (!document) return;
    const pages = all ? this.pages.map((_, index) => index) : [page];
    this.#keepingPlace(this.#middle(), () => (this.#turned = turnedMore(this.#turned, pages)));
    const turns = this.turns(page);
    this.#say(all || this.pages.length < 2 ? texts.rotated(turns) : texts.rotatedPage(page + 1, turns));
    keepTurns(document.sha256, this.#turned, pages);
  }

  /** Ctrl and the wheel, which is also what a pinch on a trackpad sends. */
  #wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey || !this.document || !this.#table) return;
    event.preventDefault();
    const box = this.#table.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    this.#keepingPlace(at, () => this.#setZoom(wheeled(this.scale, event.deltaY, event.deltaMode)));
  };

  #setZoom(zoom: Zoom): void {
    this.#zoom = zoom;
    kept.zoom = zoom;
  }

  #middle(): Point {
    return { x: this.viewport.width / 2, y: this.viewport.height / 2 };
  }

  /** What is at a point of the screen stays there when sizes change. */
  #keepingPlace(at: Point, change: () => void, after: Size = this.viewport): void {
    this.scrolled();
    const from = { x: this.left + at.x, y: this.scroll + at.y };
    const anchor = anchorAt(this.pages, this.content.width, from);
    const aim = this.#aim && Math.abs(this.#aim.scroll - this.scroll) < 2 ? this.#aim.page : undefined;
    const ratio = this.viewport.width > 0 ? after.width / this.viewport.width : 1;
    change();
    // Now, not at the next tick: a quick wheel would start from a place not yet reached.
    flushSync();
    if (!anchor) return;
    const to = scrollTo(this.pages, this.content.width, anchor, { x: at.x * ratio, y: at.y });
    this.#table?.scrollTo({ left: to.x, top: to.y });
    this.scrolled();
    if (aim !== undefined) this.#aim = { page: aim, scroll: this.scroll };
  }

  #scrollTo(to: Point): void {
    this.left = to.x;
    this.scroll = to.y;
    // The place may be below what is drawn so far.
    void tick().then(() => {
      this.#table?.scrollTo({ left: to.x, top: to.y });
      this.scrolled();
    });
  }
}
