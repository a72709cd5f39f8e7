//! The state of the exchange and the decisions on their way.

import {
  ipc,
  type ExchangeView,
  type OutboxRowView,
  type PastExchangeView,
  type ReceivingView,
  type StationView,
} from "../../ipc";
import { attempt } from "../../shared/notice.svelte";
import { Query } from "../../shared/query.svelte";
import { say } from "../../shared/status.svelte";
import { decisionLine, exchange as texts } from "../../texts/exchange";
import { outdated } from "./outdated";

export const outbox = new Query<OutboxRowView[]>(() => ipc.outbox());
/** Of which carried dossiers files are lacking. */
export const receiving = new Query<ReceivingView[]>(() => ipc.receiving());
export const pastExchanges = new Query<PastExchangeView[]>(() => ipc.pastExchanges());
/** What this machine holds, and until when. */
export const station = new Query<StationView>(() => ipc.station());

/** The state of the exchange; what hangs on it is asked again where it says that it may have changed. */
export const exchange = new Query<ExchangeView>(async () => {
  const view = await ipc.exchange();
  const { decisions, past, files, machine } = outdated(exchange.value, view);
  if (decisions) outbox.invalidate();
  if (past) pastExchanges.invalidate();
  if (files) receiving.invalidate();
  if (machine) station.invalidate();
  return view;
});

/** Something of the exchange changed; while files come, this is heard many times a second. */
export function exchangeChanged(): void {
  exchange.invalidate();
}

/** Decisions were made, sent or refused: one may take the place of another, and the counts stay. */
export function decisionsChanged(): void {
  outbox.invalidate();
}

/** Somebody else may be at the desk, or asked for something of the exchange. */
export function everythingChanged(): void {
  for (const query of [exchange, outbox, receiving, pastExchanges, station]) query.invalidate();
}

/** Runs an exchange command, then says so. */
async function run(command: () => Promise<null>, said: string): Promise<void> {
  const done = await attempt(async () => {
    await command();
    return true;
  });
  everythingChanged();
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
