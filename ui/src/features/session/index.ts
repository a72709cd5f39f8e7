export { Export } from "./exported.svelte";
export { enter, session } from "./session.svelte";
export { default as SignIn } from "./SignIn.svelte";
export { default as Blocked } from "./Blocked.svelte";
export { default as Locked } from "./Locked.svelte";
export { default as Opening } from "./Opening.svelte";
export { default as Expired } from "./Expired.svelte";
export { default as ShutOut } from "./ShutOut.svelte";
export { default as Reopen } from "./Reopen.svelte";
