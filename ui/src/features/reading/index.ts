export { Reader } from "./reader.svelte";
export { default as DocumentView } from "./DocumentView.svelte";
