import { parse } from "svelte/compiler";
import { expect, it } from "vitest";

const files = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });
const SPOKEN = ["aria-label", "title", "placeholder", "alt", "aria-description"];
/** Keys are the same in every language. */
const KEYS = /^(F\d+|[A-Z])$/;

/** Texts written in the markup of a component instead of in texts/. */
function literals(node: unknown, inside = ""): string[] {
  if (typeof node !== "object" || node === null) return [];
  const { type, name, data } = node as { type?: string; name?: string; data?: string };
  if (type === "Text") {
    const spoken = inside === "" || SPOKEN.includes(inside);
    return spoken && data && /\p{L}/u.test(data) && !KEYS.test(data.trim()) ? [data.trim()] : [];
  }
  const attribute = type === "Attribute" ? (name ?? "") : inside;
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.flatMap((each) => literals(each, attribute)) : literals(value, attribute),
  );
}

it("components write no text of their own", () => {
  expect(Object.keys(files).length).toBeGreaterThan(30);
  const found = Object.entries(files).flatMap(([file, source]) =>
    literals(parse(source, { modern: true }).fragment).map((text) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});
