import { expect, it } from "vitest";
import { markText, parseMark } from "./mark";

it.each([
  ["12", 1200],
  ["12,5", 1250],
  ["9.75", 975],
  [" 20 ", 2000],
  ["0", 0],
  ["0,01", 1],
  ["20,01", null],
  ["12,505", null],
  ["-1", null],
  ["douze", null],
  ["12,", null],
  ["", null],
])("the mark %j is %j hundredths", (text, hundredths) => {
  expect(parseMark(text)).toBe(hundredths);
});

it("is written the way it is typed", () => {
  expect([1250, 2000, 975].map(markText)).toEqual(["12,5", "20", "9,75"]);
});
