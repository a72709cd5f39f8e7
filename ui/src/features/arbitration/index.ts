export { arbitrations, reasons, reopen, settle } from "./arbitrations.svelte";
export { nextAfter } from "./next";
export { default as ArbitrationList } from "./ArbitrationList.svelte";
export { default as Choice } from "./Choice.svelte";
export { default as Differences } from "./Differences.svelte";
export { default as Side } from "./Side.svelte";
