import type { DossierView, ReservationView } from "../../ipc";

/** The reservation that still runs: it ends by itself, and no event says so. */
export function reserved({ reservation }: DossierView, now: number): ReservationView | undefined {
  return reservation && Date.parse(reservation.until) > now ? reservation : undefined;
}
