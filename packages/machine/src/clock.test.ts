import { expect, test } from "vitest";

import { systemClock } from "./clock.ts";

test("a sleep that its signal ends throws the signal's own reason, whenever that ends", async () => {
  const reason = new Error("the lease has ended");
  const stop = new AbortController();
  const slept = systemClock.sleep(60_000, stop.signal);
  stop.abort(reason);
  await expect(slept).rejects.toBe(reason);
  await expect(systemClock.sleep(60_000, stop.signal)).rejects.toBe(reason);
});
