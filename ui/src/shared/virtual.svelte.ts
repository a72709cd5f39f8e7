//! A long list of which only the rows near the screen exist.

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";

export class VirtualRows {
  items = $state.raw<VirtualItem[]>([]);
  total = $state(0);
  #element: HTMLElement | null = null;
  #count = 0;
  #rowRem: number;
  #key: (index: number) => string;
  #rows: Virtualizer<HTMLElement, HTMLElement>;

  constructor(rowRem: number, key: (index: number) => string) {
    this.#rowRem = rowRem;
    this.#key = key;
    this.#rows = new Virtualizer<HTMLElement, HTMLElement>(this.#options());
  }

  #options(): VirtualizerOptions<HTMLElement, HTMLElement> {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    return {
      count: this.#count,
      getScrollElement: () => this.#element,
      estimateSize: () => this.#rowRem * rem,
      getItemKey: this.#key,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      overscan: 8,
      onChange: () => this.#read(),
    };
  }

  #read(): void {
    this.items = this.#rows.getVirtualItems();
    this.total = this.#rows.getTotalSize();
  }

  /** To attach to the element that scrolls. */
  scroller = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const unmount = this.#rows._didMount();
    this.#rows._willUpdate();
    this.#read();
    return () => {
      unmount();
      this.#element = null;
    };
  };

  /** To attach to each row, which may be taller than foreseen; it carries `data-index`. */
  row = (element: HTMLElement): void => {
    this.#rows.measureElement(element);
  };

  resize(count: number): void {
    this.#count = count;
    this.#rows.setOptions(this.#options());
    this.#rows._willUpdate();
    this.#read();
  }

  reveal(index: number): void {
    if (index >= 0 && index < this.#count) this.#rows.scrollToIndex(index, { align: "auto" });
  }
}
