export { workList } from "./work-list.svelte";
export { default as Views } from "./Views.svelte";
export { default as DossierTable } from "./DossierTable.svelte";
export { default as Preview } from "./Preview.svelte";
export { default as Figures } from "./Figures.svelte";
export { default as EmptyView } from "./EmptyView.svelte";
export { juryOf, rowsOf } from "./rows";
export { carry, chosen } from "./work-list.svelte";
