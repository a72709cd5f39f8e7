//! The only door to the program behind the window: turns results into values or
//! one error class, and hides Tauri.

import { convertFileSrc } from "@tauri-apps/api/core";
import { commands, events, type AppError } from "./bindings";

export type * from "./bindings";

/** The two levels of an opinion. */
export type Level = Parameters<typeof commands.saveDraft>[1];

/** What every refused or failed command throws. */
export class AppFailure extends Error {
  constructor(readonly error: AppError) {
    super(error.code);
    this.name = "AppFailure";
  }
}

/** The typed error in whatever was thrown; a fault of the window counts as internal. */
export function errorOf(thrown: unknown): AppError {
  if (thrown instanceof AppFailure) return thrown.error;
  console.error(thrown);
  return { code: "internal", params: {}, retry: false };
}

type Outcome<T> = { status: "ok"; data: T } | { status: "error"; error: unknown };

async function take<T>(answer: Promise<Outcome<T>>): Promise<T> {
  const outcome = await answer;
  if (outcome.status === "ok") return outcome.data;
  if (isAppError(outcome.error)) throw new AppFailure(outcome.error);
  throw new Error(String(outcome.error));
}

function isAppError(value: unknown): value is AppError {
  return typeof value === "object" && value !== null && "code" in value && "params" in value;
}

type Commands = typeof commands;
type Value<R> = R extends Promise<infer O> ? (O extends { status: "ok"; data: infer T } ? T : never) : never;
type Door = {
  [K in keyof Commands]: (...args: Parameters<Commands[K]>) => Promise<Value<ReturnType<Commands[K]>>>;
};

/** The commands, as functions that give a value or throw an `AppFailure`. */
export const ipc = Object.fromEntries(
  Object.entries(commands).map(([name, command]) => [
    name,
    (...args: unknown[]) => take((command as (...args: unknown[]) => Promise<Outcome<unknown>>)(...args)),
  ]),
) as Door;

/** What the program tells the window; it carries ids, the window asks again. */
export interface Changes {
  /** Dossiers changed; all of them when the list is empty. */
  dossiers(ids: string[]): void;
  exchange(): void;
  session(): void;
  /** A page, counted from 1, takes long to draw. */
  pageSlow(sha256: string, page: number): void;
}

/** Calls back at each event until the returned function is called. */
export function listen(changes: Changes): () => void {
  const listeners = [
    events.dossiersChanged.listen((event) => changes.dossiers(event.payload.ids)),
    events.exchangeChanged.listen(() => changes.exchange()),
    events.sessionChanged.listen(() => changes.session()),
    events.pageSlow.listen((event) => changes.pageSlow(event.payload.sha256, event.payload.page)),
  ];
  return () => listeners.forEach((stop) => void stop.then((unlisten) => unlisten()));
}

/** Address of the picture of what was noted on a page later, on white. */
export function notesUrl(sha256: string, page: number, width: number, lifted: boolean): string {
  return pageUrl(sha256, page, width, lifted).replace("?", "/notes?");
}

/** Address of a page in small. */
export function maskedUrl(sha256: string, page: number, width: number): string {
  return pageUrl(sha256, page, width).replace("?", "/masked?");
}

/** Address of a part of a page, at so many device pixels for a unit of the page. */
export function tileUrl(
  sha256: string,
  page: number,
  scale: number,
  part: { x: number; y: number; width: number; height: number },
  lifted: boolean,
): string {
  const { x, y, width, height } = part;
  return `${root()}${sha256}/${page}/tile?s=${scale}&x=${x}&y=${y}&w=${width}&h=${height}${bare(lifted)}`;
}

/**
 * Address of the picture of a page, counted from 1, at a width in device pixels. Social
 * security numbers are painted over in it, as in all others, unless they are lifted.
 */
export function pageUrl(sha256: string, page: number, width: number, lifted = false): string {
  return `${root()}${sha256}/${page}?w=${width}${bare(lifted)}`;
}

function bare(lifted: boolean): string {
  return lifted ? "&lifted=1" : "";
}

/** `page://localhost/` or, on Windows, `http://page.localhost/`. */
function root(): string {
  // It would encode the slash of a path, so only the root comes from it.
  return convertFileSrc("", "page");
}
