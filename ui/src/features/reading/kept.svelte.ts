//! What lasts from one document to the next, until the window closes.

import type { Zoom } from "./zoom";

export const kept = $state<{ zoom: Zoom; thumbnails: boolean; lightSize: number }>({
  zoom: "width",
  thumbnails: false,
  lightSize: 2,
});
