//! The strip of thumbnails; no screen is touched here.

/** The box of a page in CSS pixels, and the height of its row with its number. */
export const BOX = { width: 84, height: 119 };
export const ROW_REM = 9.5;

/** Where a key leads in the strip; null for a key that does not move. */
export function movedThumbnail(key: string, from: number, pages: number): number | null {
  const to: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowRight: from + 1,
    ArrowUp: from - 1,
    ArrowLeft: from - 1,
    PageDown: from + 5,
    PageUp: from - 5,
    Home: 0,
    End: pages - 1,
  };
  const wanted = to[key];
  return wanted === undefined || pages < 1 ? null : Math.max(0, Math.min(pages - 1, wanted));
}
