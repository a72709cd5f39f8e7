//! Pages that take long to draw, as the program tells.

import { SvelteSet } from "svelte/reactivity";
import { errorOf, ipc } from "../../ipc";

const pages = new SvelteSet<string>();
const key = (sha256: string, page: number) => `${sha256}/${page}`;

export const markSlow = (sha256: string, page: number) => void pages.add(key(sha256, page));
export const isSlow = (sha256: string, page: number) => pages.has(key(sha256, page));
/** It came, or nobody waits for it any more. */
export const notSlow = (sha256: string, page: number) => void pages.delete(key(sha256, page));

export function stop(sha256: string): void {
  ipc.stopDocument(sha256).catch(errorOf);
}
