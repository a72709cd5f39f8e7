//! The pages found in a dossier, by piece.

import type { DossierFoundView, SnippetPartView } from "../../ipc";

/** A file of the dossier that is here. */
export interface SearchedFile {
  /** Its row in the list of pieces. */
  key: string;
  sha256: string;
  name: string;
}

export interface FoundPage {
  key: string;
  sha256: string;
  /** Counted from 1; none in a text without pages. */
  page: number | null;
  snippet: SnippetPartView[];
}

export interface FoundGroup {
  key: string;
  name: string;
  pages: FoundPage[];
}

/** By piece, in their order; a file that stands for two pieces is told under the first. */
export function groupsOf(found: DossierFoundView | undefined, files: readonly SearchedFile[]): FoundGroup[] {
  const told: string[] = [];
  return files.flatMap(({ key, sha256, name }) => {
    if (told.includes(sha256)) return [];
    told.push(sha256);
    const pages = (found?.pages ?? [])
      .filter((page) => page.sha256 === sha256)
      .map(({ page, snippet }) => ({ key, sha256, page, snippet }));
    return pages.length === 0 ? [] : [{ key, name, pages }];
  });
}

/** Where a page is in another list of pages; the first one when it is no longer there. */
export function placeOf(page: FoundPage | undefined, pages: readonly FoundPage[]): number {
  const same = (other: FoundPage) => other.sha256 === page?.sha256 && other.page === page.page;
  return Math.max(0, pages.findIndex(same));
}
