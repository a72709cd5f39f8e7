//! Data from Rust: asked once, kept, asked again when an event says it changed.

import { errorOf, type AppError } from "../ipc";

export class Query<T> {
  value = $state.raw<T>();
  error = $state.raw<AppError>();
  #ask: () => Promise<T>;
  #version = 0;
  #watchers = 0;
  #stale = true;
  #asking: Promise<void> | undefined;
  #again = false;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  get loading(): boolean {
    return this.value === undefined && this.error === undefined;
  }

  /** Keeps the value fresh until the returned function is called. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#stale) void this.refresh();
    return () => {
      this.#watchers -= 1;
    };
  }

  /** What was received is out of date: asked again now if somebody looks, else later. */
  invalidate(): void {
    this.#stale = true;
    if (this.#watchers > 0) void this.refresh();
  }

  /** A command answered with the new value: what was asked before it is dropped. */
  set(value: T): void {
    this.#version += 1;
    this.value = value;
    this.error = undefined;
  }

  refresh(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return this.#asking;
    }
    this.#asking = this.#run().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #run(): Promise<void> {
    do {
      this.#again = false;
      this.#stale = false;
      const version = this.#version;
      try {
        const value = await this.#ask();
        if (version === this.#version) {
          this.value = value;
          this.error = undefined;
        } else {
          this.#again = true;
        }
      } catch (thrown) {
        if (version === this.#version) this.error = errorOf(thrown);
      }
    } while (this.#again);
  }
}
