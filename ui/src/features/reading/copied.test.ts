import { describe, expect, it } from "vitest";
import { plainText } from "./copied";
import { maskedRuns } from "./contents.svelte";

const word = (text: string, line: number, spaced = true) => ({ text, line, spaced });

describe("text of a selection", () => {
  it("keeps spaces and lines", () => {
    const words = [word("Bulletin", 0), word("de", 0), word("paie", 0), word("mars", 1)];
    expect(plainText(words)).toBe("Bulletin de paie\nmars");
    expect(plainText([])).toBe("");
  });

  it("puts a word together that was cut", () => {
    expect(plainText([word("anti", 0, false), word("constitution", 0)])).toBe("anticonstitution");
  });

  it("counts a number that is masked over several words once", () => {
    const area = null;
    const of = (masked: boolean[]) => ({
      words: masked.map((each) => ({ ...word("•", 0), area, masked: each })),
    });
    expect(maskedRuns(of([true, true, false, true]))).toBe(2);
    expect(maskedRuns(of([false]))).toBe(0);
  });
});
