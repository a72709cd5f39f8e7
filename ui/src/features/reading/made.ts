//! A document for tests.

import type { DocumentView, PageView } from "../../ipc";

export function made(format: string, pages: PageView[]): DocumentView {
  return {
    sha256: "x",
    format,
    pages,
    turned: [],
    holds: {
      scripts: false,
      actions: false,
      links: 0,
      attachments: 0,
      signatures: 0,
      layers: false,
      partial: false,
    },
  };
}
