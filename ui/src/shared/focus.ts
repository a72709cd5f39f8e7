//! Where the focus is, as far as single keys care.

const WRITING =
  'textarea, select, [contenteditable="true"], input:not([type="radio"], [type="checkbox"], [type="button"])';
const PRESSED = "button, a[href], summary";

function within(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}

/** Whether what had the focus has gone from the screen. */
export function focusIsLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** A field where letters are text. */
export function isTextField(target: EventTarget | null): boolean {
  return within(target, WRITING);
}

/** Something that Entrée and Espace already press. */
export function isPressed(target: EventTarget | null): boolean {
  return within(target, PRESSED);
}

export function isRadio(target: EventTarget | null): boolean {
  return within(target, 'input[type="radio"]');
}

export function dialogIsOpen(): boolean {
  return document.querySelector("dialog[open]") !== null;
}
