//! A secret that is typed to be let in, and forgotten once tried.

import type { AppError, SessionView } from "../../ipc";
import { enter } from "./session.svelte";

export class Secret {
  typed = $state("");
  busy = $state(false);
  error = $state.raw<AppError>();
  #command: (secret: string) => Promise<SessionView>;
  #done: () => void;

  constructor(command: (secret: string) => Promise<SessionView>, done: () => void = () => undefined) {
    this.#command = command;
    this.#done = done;
  }

  readonly submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.error = await enter(() => this.#command(this.typed));
    this.busy = false;
    this.typed = "";
    if (!this.error) this.#done();
  };
}
