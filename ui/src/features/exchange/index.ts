export {
  decisionsChanged,
  everythingChanged,
  exchange,
  exchangeChanged,
  synchronise,
} from "./exchange.svelte";
export { default as ContactChip } from "./ContactChip.svelte";
export { default as ContactBanner } from "./ContactBanner.svelte";
export { default as PastExchanges } from "./PastExchanges.svelte";
export { default as ReceivingRows } from "./ReceivingRows.svelte";
export { default as OutboxPanel } from "./OutboxPanel.svelte";
export { default as Transfer } from "./Transfer.svelte";
export { default as ReceiveLimit } from "./ReceiveLimit.svelte";
export { default as Removal } from "./Removal.svelte";
export { default as Station } from "./Station.svelte";
export { default as SyncButton } from "./SyncButton.svelte";
