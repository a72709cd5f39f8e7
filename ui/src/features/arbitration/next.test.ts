import { expect, it } from "vitest";
import type { ArbitrationView } from "../../ipc";
import { nextAfter } from "./next";

const listed = (...decisions: string[]) => decisions.map((decision) => ({ decision }) as ArbitrationView);

it("the next one takes the place of the one settled, and the last is followed by the one before", () => {
  expect(nextAfter("a", 0, listed("b", "c"))?.decision).toBe("b");
  expect(nextAfter("b", 1, listed("a", "c"))?.decision).toBe("c");
  expect(nextAfter("c", 2, listed("a", "b"))?.decision).toBe("b");
  expect(nextAfter("a", 0, [])).toBeUndefined();
});

it("the one settled is never the next, even in a list that could not be asked again", () => {
  expect(nextAfter("a", 0, listed("a", "b"))?.decision).toBe("b");
  expect(nextAfter("a", 0, listed("a"))).toBeUndefined();
});
