//! Custom properties set through the style object: the policy of the window
//! refuses style attributes.

import type { Attachment } from "svelte/attachments";

export function vars(values: Record<string, string | number>): Attachment<HTMLElement> {
  return (element) => {
    for (const [name, value] of Object.entries(values)) element.style.setProperty(`--${name}`, String(value));
  };
}
