//! Pages and pieces made ready before they are asked for, one at a time.

import { ipc, pageUrl, type DocumentView, type PageContentView } from "../../ipc";
import { aheadOf, firstWidth, type AheadTask } from "./ahead";
import { Few } from "./few";
import { kept } from "./kept.svelte";
import type { Reader } from "./reader.svelte";

/** A document opened ahead, and what is ready of its first page. */
interface Ready {
  document?: DocumentView;
  content?: PageContentView;
  url?: string;
  picture?: HTMLImageElement;
}

class Ahead {
  /** Not states: nothing on screen waits for them. */
  #ready = new Map<string, Ready>();
  #failed = new Set<string>();
  #tasks = new Map<string, () => Promise<void>>();
  #few = new Few(1, async (key) => {
    // What fails here is told when the person gets there.
    await this.#tasks
      .get(key)?.()
      .catch(() => undefined);
    return true;
  });

  /** What to make ready around the page on screen; what was planned before and not begun is not. */
  plan(reader: Reader, pieces: readonly (string | undefined)[]): void {
    const { document, page, pages } = reader;
    if (!document) return;
    this.#keepOnly(pieces);
    this.#tasks.clear();
    for (const task of aheadOf(page, pages.length, pieces)) {
      this.#tasks.set(JSON.stringify(task), () => this.#do(task, document.sha256, reader));
    }
    this.#few.ask([...this.#tasks.keys()]);
  }

  /** The document, if it was opened ahead; once, since its pages may be turned after. */
  document(sha256: string): DocumentView | undefined {
    const ready = this.#ready.get(sha256);
    const document = ready?.document;
    if (ready) delete ready.document;
    return document;
  }

  /** What is read on its first page, once. */
  content(sha256: string): PageContentView | undefined {
    const ready = this.#ready.get(sha256);
    const content = ready?.content;
    if (ready) delete ready.content;
    return content;
  }

  /** The picture at this address, decoded, once: an element is in one place. */
  picture(url: string): HTMLImageElement | undefined {
    for (const ready of this.#ready.values()) {
      if (ready.url !== url) continue;
      const { picture } = ready;
      delete ready.picture;
      delete ready.url;
      return picture;
    }
    return undefined;
  }

  async #do(task: AheadTask, sha256: string, reader: Reader): Promise<void> {
    if (task.kind === "page") {
      const placed = reader.pages[task.page];
      if (placed) await ipc.prefetchPage(sha256, task.page + 1, reader.widthOf(placed));
    } else if (!this.#failed.has(task.sha256)) {
      try {
        await this.#piece(task.sha256, reader);
      } catch (thrown) {
        this.#failed.add(task.sha256);
        throw thrown;
      }
    }
  }

  async #piece(sha256: string, reader: Reader): Promise<void> {
    const ready: Ready = this.#ready.get(sha256) ?? {};
    this.#ready.set(sha256, ready);
    ready.document ??= await ipc.openDocument(sha256, null);
    if (ready.document.pages.length === 0) return;
    const width = firstWidth(ready.document, kept.zoom, reader.viewport, window.devicePixelRatio);
    const url = pageUrl(sha256, 1, width);
    if (ready.url !== url) {
      if (!(await ipc.prefetchPage(sha256, 1, width))) return;
      const picture = new Image();
      picture.src = url;
      await picture.decode();
      ready.url = url;
      ready.picture = picture;
    }
    ready.content ??= await ipc.pageContent(sha256, 1);
  }

  /** Lets go of pieces that are no longer beside the one on screen. */
  #keepOnly(pieces: readonly (string | undefined)[]): void {
    for (const [sha256, ready] of this.#ready) {
      if (pieces.includes(sha256)) continue;
      // At once: the web view would keep the pixels until it tidies up.
      ready.picture?.removeAttribute("src");
      this.#ready.delete(sha256);
    }
    for (const sha256 of this.#failed) if (!pieces.includes(sha256)) this.#failed.delete(sha256);
  }
}

export const ahead = new Ahead();
