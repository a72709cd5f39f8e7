//! The zones of a screen: regions marked `data-zone`, which F6 goes round.

import type { ZoneId } from "../texts/keys";
import { isTextField } from "./focus";

export const zones = $state<{ current: ZoneId }>({ current: "list" });

function all(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-zone]")].filter(
    (zone) => zone.offsetParent !== null || zone.getClientRects().length > 0,
  );
}

/** The zone an element is in, or none. */
export function zoneOf(target: EventTarget | null): ZoneId | undefined {
  if (!(target instanceof Element)) return undefined;
  return target.closest<HTMLElement>("[data-zone]")?.dataset.zone as ZoneId | undefined;
}

/** The zone a single key acts in, of those of a screen; nowhere in particular counts as the first. */
export function keyZone<Z extends ZoneId>(target: EventTarget | null, screen: readonly Z[]): Z | undefined {
  if (target === document.body || target === document.documentElement) return screen[0];
  const zone = zoneOf(target);
  return screen.find((each) => each === zone);
}

/** Follows the focus, for the ribbon of keys. */
export function followFocus(event: FocusEvent): void {
  const zone = zoneOf(event.target);
  if (isTextField(event.target)) zones.current = "text";
  else if (zone) zones.current = zone;
}

function enter(zone: HTMLElement): void {
  const inside = zone.querySelector<HTMLElement>("[data-zone-start]");
  (inside ?? zone).focus();
}

/** Focuses a zone by its name; false if it is not on screen. */
export function focusZone(id: ZoneId): boolean {
  const zone = all().find((each) => each.dataset.zone === id);
  if (zone) enter(zone);
  return zone !== undefined;
}

/** Focuses the number of the page of a document, to type another. */
export function focusPageInput(id: ZoneId): void {
  const zone = all().find((each) => each.dataset.zone === id);
  zone?.querySelector<HTMLElement>("[data-page-input]")?.focus();
}

export function cycleZone(by: 1 | -1): void {
  const zones = all();
  if (zones.length === 0) return;
  const here = zones.findIndex((zone) => zone.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : zones.length - 1) : (here + by + zones.length) % zones.length;
  const zone = zones[next];
  if (zone) enter(zone);
}
