//! What can be done at the moment only: the ribbon shows its keys then, and only then.

import { SvelteSet } from "svelte/reactivity";
import type { Offer } from "../texts/keys";

export const offers = new SvelteSet<Offer>();

/** Offers something for as long as the effect that this is in lasts. */
export function offer(what: Offer): () => void {
  offers.add(what);
  return () => offers.delete(what);
}
