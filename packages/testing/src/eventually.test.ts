import { expect, test } from "vitest";

import { eventually } from "./eventually.ts";

test("gives what the check gave once it stops failing", async () => {
  let calls = 0;
  const check = () => {
    calls += 1;
    if (calls < 3) throw new Error("not yet");
    return calls;
  };
  expect(await eventually(check, { intervalMs: 1 })).toBe(3);
});

test("gives up with the check's last reason", async () => {
  const check = () => Promise.reject(new Error("still 2 of 3"));
  await expect(eventually(check, { timeoutMs: 5, intervalMs: 1 })).rejects.toThrow("not within 5 ms: still 2 of 3");
});

test("takes false for a failure, and null and 0 for an answer", async () => {
  await expect(eventually(() => false, { timeoutMs: 5, intervalMs: 1 })).rejects.toThrow("the check gave false");
  expect(await eventually(() => 0)).toBe(0);
  expect(await eventually(() => null)).toBe(null);
});
