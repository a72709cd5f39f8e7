export { default as Jobs } from "./Jobs.svelte";
export { default as ReviewPanel } from "./ReviewPanel.svelte";
