export { default as AboutDialog } from "./AboutDialog.svelte";
export { default as HelpDialog } from "./HelpDialog.svelte";
export { default as ThemePanel } from "./ThemePanel.svelte";
export { default as ThemeChoice } from "./ThemeChoice.svelte";
