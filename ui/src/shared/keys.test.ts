import { describe, expect, it } from "vitest";
import { arbitrationCommand, digitPlace, globalCommand, pieceCommand, type KeyPress } from "./keys";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: "",
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  ...more,
});

describe("keys of a piece", () => {
  it.each([
    ["c", "accepted"],
    ["n", "rejected"],
    ["s", "second_look"],
    ["o", "not_applicable"],
  ])("%s gives its verdict, by the character", (key, outcome) => {
    expect(pieceCommand(press(key), "pieces")).toEqual({ do: "verdict", outcome });
    // Verr. Maj writes a capital without Maj.
    expect(pieceCommand(press(key.toUpperCase()), "pieces")).toEqual({ do: "verdict", outcome });
    expect(pieceCommand(press(key, { ctrlKey: true }), "pieces")).toBeNull();
    expect(pieceCommand(press(key, { shiftKey: true }), "pieces")).toBeNull();
  });

  it("digits are the physical keys, so the AZERTY row needs no Maj", () => {
    expect(pieceCommand(press("é", { code: "Digit2" }), "pieces")).toEqual({ do: "reason", index: 1 });
    expect(pieceCommand(press("-", { code: "Digit6" }), "page")).toEqual({ do: "reason", index: 5 });
    expect(pieceCommand(press("2", { code: "Digit2", shiftKey: true }), "decision")).toEqual({
      do: "reason",
      index: 1,
    });
    expect(pieceCommand(press("à", { code: "Digit0" }), "decision")).toEqual({ do: "reason", index: 9 });
    expect(pieceCommand(press("à", { code: "Digit0" }), "page")).toEqual({ do: "zoom", how: "width" });
  });

  it("the numeric pad writes digits with Verr. Num only", () => {
    expect(digitPlace(press("3", { code: "Numpad3" }))).toBe(2);
    expect(digitPlace(press("PageDown", { code: "Numpad3" }))).toBeNull();
    expect(pieceCommand(press("PageDown", { code: "Numpad3" }), "page")).toEqual({ do: "page", by: 1 });
  });

  it("AltGr and Alt write characters and decide nothing", () => {
    expect(pieceCommand(press("#", { code: "Digit3", ctrlKey: true, altKey: true }), "pieces")).toBeNull();
    expect(pieceCommand(press("c", { altKey: true }), "pieces")).toBeNull();
  });

  it("Entrée validates, with Maj it stays, with Ctrl it is another key", () => {
    expect(pieceCommand(press("Enter"), "decision")).toEqual({ do: "validate", stay: false });
    expect(pieceCommand(press("Enter", { shiftKey: true }), "decision")).toEqual({
      do: "validate",
      stay: true,
    });
    expect(pieceCommand(press("Enter", { ctrlKey: true }), "decision")).toBeNull();
  });

  it("zooms by the character or by the keys beside the digits", () => {
    expect(pieceCommand(press("+", { code: "NumpadAdd" }), "page")).toEqual({ do: "zoom", how: "in" });
    expect(pieceCommand(press("=", { code: "Equal" }), "page")).toEqual({ do: "zoom", how: "in" });
    expect(pieceCommand(press("+", { code: "Equal", shiftKey: true }), "page")).toEqual({
      do: "zoom",
      how: "in",
    });
    expect(pieceCommand(press("-", { code: "NumpadSubtract" }), "page")).toEqual({ do: "zoom", how: "out" });
    expect(pieceCommand(press(")", { code: "Minus" }), "page")).toEqual({ do: "zoom", how: "out" });
  });

  it("walks, turns and repeats", () => {
    expect(pieceCommand(press("ArrowDown"), "pieces")).toEqual({ do: "piece", by: 1 });
    expect(pieceCommand(press("k"), "decision")).toEqual({ do: "piece", by: -1 });
    expect(pieceCommand(press("p"), "pieces")).toEqual({ do: "rotate", all: false });
    expect(pieceCommand(press("P", { shiftKey: true }), "page")).toEqual({ do: "rotate", all: true });
    expect(pieceCommand(press("m"), "pieces")).toEqual({ do: "same" });
    expect(pieceCommand(press("u"), "page")).toEqual({ do: "cite" });
    expect(pieceCommand(press("b"), "pieces")).toEqual({ do: "answer", answer: "fixes" });
    expect(pieceCommand(press("x"), "decision")).toEqual({ do: "answer", answer: "other" });
    expect(pieceCommand(press("w"), "pieces")).toBeNull();
  });
});

describe("keys of the reading room", () => {
  it("the first and the last page, in a document only: in the list they are pieces", () => {
    expect(pieceCommand(press("Home"), "page")).toEqual({ do: "edge", to: "start" });
    expect(pieceCommand(press("End"), "second")).toEqual({ do: "edge", to: "end" });
    expect(pieceCommand(press("End"), "pieces")).toBeNull();
  });

  it("a fit, a page, another document, all pages", () => {
    expect(pieceCommand(press("à", { code: "Digit0" }), "second")).toEqual({ do: "zoom", how: "width" });
    expect(pieceCommand(press("z"), "page")).toEqual({ do: "zoom", how: "next" });
    expect(pieceCommand(press("z", { ctrlKey: true }), "page")).toBeNull();
    expect(pieceCommand(press("g", { ctrlKey: true }), "page")).toEqual({ do: "go_to_page" });
    expect(pieceCommand(press("g"), "pieces")).toEqual({ do: "light" });
    expect(pieceCommand(press("v"), "decision")).toEqual({ do: "compare" });
    expect(pieceCommand(press("V", { shiftKey: true }), "decision")).toBeNull();
  });
});

describe("keys between two sides", () => {
  it.each([
    ["&", "Digit1", "mine"],
    ["é", "Digit2", "theirs"],
    ['"', "Digit3", "second_look"],
  ])("%s chooses, by the physical key", (key, code, choice) => {
    expect(arbitrationCommand(press(key, { code }))).toEqual({ do: "choose", choice });
  });

  it("goes over to a side, and opens the dossier", () => {
    expect(arbitrationCommand(press("ArrowLeft"))).toEqual({ do: "side", side: "mine" });
    expect(arbitrationCommand(press("ArrowRight"))).toEqual({ do: "side", side: "theirs" });
    expect(arbitrationCommand(press(" "))).toEqual({ do: "open" });
  });

  it("other digits, and keys with Ctrl, Alt or Maj, do nothing", () => {
    expect(arbitrationCommand(press("'", { code: "Digit4" }))).toBeNull();
    expect(arbitrationCommand(press("&", { code: "Digit1", ctrlKey: true }))).toBeNull();
    expect(arbitrationCommand(press("ArrowLeft", { altKey: true }))).toBeNull();
    expect(arbitrationCommand(press(" ", { shiftKey: true }))).toBeNull();
  });
});

describe("keys of every screen", () => {
  it("answers everywhere", () => {
    expect(globalCommand(press("F1"))).toBe("help");
    expect(globalCommand(press("F6"))).toBe("zone");
    expect(globalCommand(press("F6", { shiftKey: true }))).toBe("zone_back");
    expect(globalCommand(press("F9"))).toBe("sync");
    expect(globalCommand(press("z", { ctrlKey: true }))).toBe("undo");
    expect(globalCommand(press("Z", { ctrlKey: true, shiftKey: true }))).toBeNull();
    expect(globalCommand(press("s", { metaKey: true }))).toBe("save");
    expect(globalCommand(press("s"))).toBeNull();
  });
});
