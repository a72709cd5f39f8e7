//! Searching all files of a dossier: the pages found, one of them chosen.

import { errorOf, ipc, type AppError, type DossierFoundView } from "../../ipc";
import { say } from "../../shared/status.svelte";
import { search as texts } from "../../texts/reading";
import { groupsOf, placeOf, type FoundGroup, type FoundPage, type SearchedFile } from "./found-pages";

export class DossierSearch {
  /** Whether the whole dossier is searched, or the document only. */
  on = $state(false);
  found = $state.raw<DossierFoundView>();
  error = $state.raw<AppError>();
  current = $state(0);
  #searched = $state("");
  #opened: FoundPage | undefined;
  #dossier: string;
  #files: () => readonly SearchedFile[];
  #open: (page: FoundPage, query: string) => void;

  constructor(
    dossier: string,
    files: () => readonly SearchedFile[],
    open: (page: FoundPage, query: string) => void,
  ) {
    this.#dossier = dossier;
    this.#files = files;
    this.#open = open;
  }

  readonly groups: FoundGroup[] = $derived.by(() => groupsOf(this.found, this.#files()));
  readonly pages: FoundPage[] = $derived(this.groups.flatMap((group) => group.pages));
  readonly chosen: FoundPage | undefined = $derived(this.pages[this.current]);
  /** Whether files are still being read. */
  readonly reading: boolean = $derived(!!this.found && this.found.files_read < this.found.files);

  close(): void {
    this.found = undefined;
    this.error = undefined;
    this.current = 0;
    this.#searched = "";
    this.#opened = undefined;
  }

  /** Whether what was found is what these words ask for. */
  isAbout(query: string): boolean {
    return !!this.found && query.trim() === this.#searched;
  }

  /** Searches; the same words again open the page chosen, then the ones that follow. */
  async enter(query: string, by: 1 | -1 = 1): Promise<void> {
    const words = query.trim();
    if (!words) return this.close();
    if (!this.isAbout(words)) return this.#search(words);
    if (this.#opened && this.#opened === this.chosen) this.move(by);
    this.open();
  }

  /** Opens the chosen page, or another one, which is then chosen. */
  open(page: FoundPage | undefined = this.chosen): void {
    if (!page) return;
    this.current = placeOf(page, this.pages);
    this.#opened = page;
    this.#open(page, this.#searched);
  }

  move(by: 1 | -1): void {
    const { length } = this.pages;
    if (length > 0) this.current = (this.current + by + length) % length;
  }

  /** Asks again while files are being read; the choice stays. */
  async refresh(): Promise<void> {
    const words = this.#searched;
    if (!words) return;
    const { chosen } = this;
    const opened = this.#opened === chosen;
    try {
      const found = await ipc.searchDossier(this.#dossier, words);
      if (words !== this.#searched || chosen !== this.chosen) return;
      this.found = found;
      this.current = placeOf(chosen, this.pages);
      if (opened) this.#opened = this.chosen;
    } catch (thrown) {
      this.error = errorOf(thrown);
    }
  }

  async #search(words: string): Promise<void> {
    this.#searched = words;
    this.#opened = undefined;
    try {
      const found = await ipc.searchDossier(this.#dossier, words);
      if (words !== this.#searched) return;
      this.error = undefined;
      this.found = found;
      this.current = 0;
      say(texts.found(this.pages.length, this.groups.length, found.partial));
    } catch (thrown) {
      if (words === this.#searched) this.error = errorOf(thrown);
    }
  }
}
