//! Things to do of which a few are done at a time, each once.

export class Few {
  #begun = new Set<string>();
  #waiting: string[] = [];
  #running = 0;
  #atOnce: number;
  /** Answers whether it may be asked for again. */
  #run: (key: string) => Promise<boolean>;

  constructor(atOnce: number, run: (key: string) => Promise<boolean>) {
    this.#atOnce = atOnce;
    this.#run = run;
  }

  /** Asks for these; those asked for before that still wait are forgotten. */
  ask(keys: readonly string[]): void {
    this.#waiting = keys.filter((key) => !this.#begun.has(key));
    this.#next();
  }

  #next(): void {
    while (this.#running < this.#atOnce) {
      const key = this.#waiting.shift();
      if (key === undefined) return;
      if (!this.#begun.has(key)) void this.#begin(key);
    }
  }

  async #begin(key: string): Promise<void> {
    this.#begun.add(key);
    this.#running += 1;
    if (await this.#run(key)) this.#begun.delete(key);
    this.#running -= 1;
    this.#next();
  }
}
