import { expect, it, vi } from "vitest";
import { Query } from "./query.svelte";

const settled = () => new Promise((resolve) => setTimeout(resolve));

it("what is out of date before somebody looks is asked once", async () => {
  const ask = vi.fn(() => Promise.resolve(1));
  const query = new Query(ask);
  query.invalidate();
  query.watch();
  await settled();
  expect(ask).toHaveBeenCalledTimes(1);
});

it("what becomes out of date while nobody looks is asked at the next look", async () => {
  const ask = vi.fn(() => Promise.resolve(1));
  const query = new Query(ask);
  query.watch()();
  await settled();
  query.invalidate();
  query.invalidate();
  await settled();
  expect(ask).toHaveBeenCalledTimes(1);
  query.watch();
  await settled();
  expect(ask).toHaveBeenCalledTimes(2);
});
