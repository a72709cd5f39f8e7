//! Where the person is.

import { Desk, keyOf } from "../features/dossier";
import { hush } from "../shared/status.svelte";

export type Place = "dossiers" | "dossier" | "exchanges" | "arbitration";

class Route {
  place = $state<Place>("dossiers");
  /** The decision being settled. */
  arbitration = $state<string>();
  /** The open dossier; what was being chosen in it lasts until another is opened. */
  desk = $state.raw<Desk>();

  open(id: string): void {
    if (this.desk?.id !== id) this.desk = new Desk(id);
    this.#enter("dossier");
  }

  /** Opens a dossier on one of its pieces. */
  openPiece(id: string, slot: string, deposit: string): void {
    this.open(id);
    if (this.desk) {
      this.desk.tab = "pieces";
      this.desk.select(keyOf(slot, deposit));
    }
  }

  arbitrate(decision: string): void {
    this.arbitration = decision;
    this.#enter("arbitration");
  }

  go(place: "dossiers" | "exchanges"): void {
    this.#enter(place);
  }

  /** The step back that Échap makes; false where there is none. */
  back(): boolean {
    if (this.place === "dossiers") return false;
    this.#enter(this.place === "arbitration" ? "exchanges" : "dossiers");
    return true;
  }

  #enter(place: Place): void {
    if (place !== this.place) hush();
    this.place = place;
  }
}

export const route = new Route();
