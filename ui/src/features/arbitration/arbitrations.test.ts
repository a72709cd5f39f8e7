import { expect, it, vi } from "vitest";
import { AppFailure, ipc, type ArbitrationView } from "../../ipc";
import { reasons, settle } from "./arbitrations.svelte";

it("a reason is kept until its decision is settled", async () => {
  vi.spyOn(ipc, "arbitrations").mockResolvedValue([]);
  const refused = new AppFailure({ code: "internal", params: {}, retry: false });
  const sent = vi.spyOn(ipc, "arbitrate").mockRejectedValueOnce(refused).mockResolvedValueOnce(null);
  const view = { decision: "a" } as ArbitrationView;
  reasons.set("a", "Page 2 lisible.");
  expect(await settle(view, "mine")).toBe(false);
  expect(reasons.get("a")).toBe("Page 2 lisible.");
  expect(await settle(view, "mine")).toBe(true);
  expect(reasons.has("a")).toBe(false);
  expect(sent).toHaveBeenLastCalledWith("a", "mine", "Page 2 lisible.");
});
