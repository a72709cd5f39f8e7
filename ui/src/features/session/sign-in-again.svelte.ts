//! The password alone, asked again of who is at the desk.

import { ipc, type AppError } from "../../ipc";
import { enter } from "./session.svelte";

export class SignInAgain {
  password = $state("");
  busy = $state(false);
  error = $state<AppError>();

  constructor(private readonly done: () => void = () => {}) {}

  readonly submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.error = await enter(() => ipc.signInAgain(this.password));
    this.busy = false;
    this.password = "";
    if (!this.error) this.done();
  };
}
