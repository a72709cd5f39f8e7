//! The keys of the pieces screen, to the desk and the reader.

import type { Desk } from "../features/dossier";
import { dialogIsOpen, isPressed, isRadio, isTextField } from "../shared/focus";
import { pieceCommand, type PieceZone } from "../shared/keys";
import { focusPageInput, keyZone } from "../shared/zones.svelte";
import type { Room } from "./room.svelte";

const ZONES: readonly PieceZone[] = ["pieces", "page", "second", "decision"];
/** What a key may do in the second document: it shows, the piece on the desk is judged elsewhere. */
const READS: readonly string[] = [
  "piece",
  "page",
  "edge",
  "go_to_page",
  "zoom",
  "rotate",
  "compare",
  "light",
];
/** What needs a document in sight, which the light table hides. */
const SHOWS: readonly string[] = ["cite", "page", "edge", "go_to_page", "zoom", "rotate"];
/** What a held key repeats. */
const REPEATS: readonly string[] = ["piece", "page", "zoom"];

export function pieceKeys(event: KeyboardEvent, desk: Desk, room: Room): void {
  if (event.defaultPrevented || event.isComposing || isTextField(event.target) || dialogIsOpen()) return;
  const zone = keyZone(event.target, ZONES);
  if (!zone) return;
  const command = pieceCommand(event, zone);
  if (!command || (zone === "second" && !READS.includes(command.do))) return;
  if (room.light && SHOWS.includes(command.do)) return;
  // A focused button is pressed by Entrée, a focused radio moved by the arrows.
  if (command.do === "validate" && isPressed(event.target)) return;
  if (command.do === "piece" && event.key.startsWith("Arrow") && isRadio(event.target)) return;
  event.preventDefault();
  // A held key walks through the pieces, and decides nothing.
  if (event.repeat && !REPEATS.includes(command.do)) return;
  const reader = room.readerOf(zone);
  switch (command.do) {
    case "verdict":
      return desk.choose(command.outcome);
    case "reason":
      return desk.toggleReason(command.index);
    case "validate":
      return desk.validate(command.stay);
    case "cite":
      return room.cite();
    case "same":
      return desk.same();
    case "piece":
      return zone === "second" ? room.moveSecond(command.by) : desk.move(command.by);
    case "page":
      return reader.turnPage(command.by);
    case "zoom":
      return reader.zoom(command.how);
    case "rotate":
      return reader.rotate(command.all);
    case "edge":
      return reader.toEdge(command.to);
    case "go_to_page":
      return focusPageInput(zone === "second" ? "second" : "page");
    case "answer":
      return desk.answer(command.answer);
    case "compare":
      return room.compare();
    case "light":
      return room.toggleLight();
    case "find":
      return reader.find();
    case "lift":
      return reader.contents.lift();
  }
}
