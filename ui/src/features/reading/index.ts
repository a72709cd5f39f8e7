export { ahead } from "./ahead.svelte";
export { Reader } from "./reader.svelte";
export { DossierSearch } from "./dossier-search.svelte";
export type { FoundPage } from "./found-pages";
export { LightDocuments } from "./light.svelte";
export type { LightFile } from "./light";
export { default as DocumentView } from "./DocumentView.svelte";
export { markSlow } from "./slow.svelte";
export { default as LightTable } from "./LightTable.svelte";
