//! The keys of the pieces screen, to the desk and the reader.

import type { Desk } from "../features/dossier";
import type { Reader } from "../features/reading";
import { dialogIsOpen, isPressed, isRadio, isTextField } from "../shared/focus";
import { pieceCommand, type PieceZone } from "../shared/keys";
import { zoneOf } from "../shared/zones.svelte";

const ZONES: readonly string[] = ["pieces", "page", "decision"];

/** The zone single keys act in; nowhere in particular counts as the list. */
function pieceZone(target: EventTarget | null): PieceZone | null {
  if (target === document.body || target === document.documentElement) return "pieces";
  const zone = zoneOf(target);
  return zone && ZONES.includes(zone) ? (zone as PieceZone) : null;
}

export function pieceKeys(event: KeyboardEvent, desk: Desk, reader: Reader): void {
  if (event.defaultPrevented || event.isComposing || isTextField(event.target) || dialogIsOpen()) return;
  const zone = pieceZone(event.target);
  if (!zone) return;
  const command = pieceCommand(event, zone);
  if (!command) return;
  // A focused button is pressed by Entrée, a focused radio moved by the arrows.
  if (command.do === "validate" && isPressed(event.target)) return;
  if (command.do === "piece" && event.key.startsWith("Arrow") && isRadio(event.target)) return;
  event.preventDefault();
  // A held key walks through the pieces, and decides nothing.
  if (event.repeat && command.do !== "piece" && command.do !== "page") return;
  switch (command.do) {
    case "verdict":
      return desk.choose(command.outcome);
    case "reason":
      return desk.toggleReason(command.index);
    case "validate":
      return desk.validate(command.stay);
    case "same":
      return desk.same();
    case "piece":
      return desk.move(command.by);
    case "page":
      return reader.turnPage(command.by);
    case "zoom":
      return reader.zoom(command.how);
    case "rotate":
      return reader.rotate();
    case "find":
      return reader.find();
    case "lift":
      return reader.contents.lift();
  }
}
