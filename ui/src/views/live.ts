//! Events of the program, to the data they make out of date.

import { arbitrations } from "../features/arbitration";
import { decisionsChanged, everythingChanged, exchangeChanged } from "../features/exchange";
import { markSlow } from "../features/reading";
import { session } from "../features/session";
import { workList } from "../features/work-list";
import { listen } from "../ipc";
import { route } from "./route.svelte";

export function startLive(): () => void {
  return listen({
    dossiers(ids) {
      workList.invalidate();
      arbitrations.invalidate();
      decisionsChanged();
      const desk = route.desk;
      if (desk && (ids.length === 0 || ids.includes(desk.id))) desk.dossier.invalidate();
    },
    exchange: exchangeChanged,
    session() {
      session.invalidate();
      everythingChanged();
    },
    pageSlow: markSlow,
  });
}
