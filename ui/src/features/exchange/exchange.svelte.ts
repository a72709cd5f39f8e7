//! The state of the exchange and the decisions on their way.

import {
  ipc,
  type ExchangeView,
  type OutboxRowView,
  type PastExchangeView,
  type ReceivingView,
} from "../../ipc";
import { attempt } from "../../shared/notice.svelte";
import { Query } from "../../shared/query.svelte";
import { say } from "../../shared/status.svelte";
import { decisionLine, exchange as texts } from "../../texts/exchange";

export const exchange = new Query<ExchangeView>(() => ipc.exchange());
export const outbox = new Query<OutboxRowView[]>(() => ipc.outbox());

/** Of which carried dossiers files are lacking. */
export const receiving = new Query<ReceivingView[]>(() => ipc.receiving());
export const pastExchanges = new Query<PastExchangeView[]>(() => ipc.pastExchanges());

export function exchangeChanged(): void {
  exchange.invalidate();
  outbox.invalidate();
  receiving.invalidate();
  pastExchanges.invalidate();
}

/** Runs an exchange command, then says so. */
async function run(command: () => Promise<null>, said: string): Promise<void> {
  const done = await attempt(async () => {
    await command();
    return true;
  });
  exchangeChanged();
  if (done) say(said);
}

export const synchronise = () => run(() => ipc.syncNow(), texts.syncStarted);
export const stopReceiving = () => run(() => ipc.stopReceiving(), texts.stoppedSaid);
export const resumeReceiving = () => run(() => ipc.resumeReceiving(), texts.resumedSaid);
export const confirmRemoval = () => run(() => ipc.confirmRemoval(), texts.removalConfirmed);
export const limitReceiving = (limit: (typeof texts.limits)[number]) =>
  run(() => ipc.setReceiveLimit(limit.kilobytes), texts.limitSaid(limit.label));
export const withdraw = (row: OutboxRowView) =>
  run(() => ipc.withdraw(row.decision), `${texts.withdrawn} ${decisionLine(row)}`);
