export { Reader } from "./reader.svelte";
export { default as DocumentView } from "./DocumentView.svelte";
export { markSlow } from "./slow.svelte";
