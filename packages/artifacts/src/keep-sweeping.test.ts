import type { StoreLevel } from "@evenkeel/bus";
import { silentTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { keepSweeping } from "./keep-sweeping.ts";

const MINUTE = 60_000;

/** Minutes at which it swept in a day, where the store is so full from minute to minute. */
const sweptIn = async (fullAt: (minute: number) => number, sweep: () => Promise<void> = async () => {}) => {
  let now = 0;
  const end = new AbortController();
  const at: number[] = [];
  const clock = {
    monotonic: () => now,
    sleep: async (ms: number): Promise<void> => {
      now += ms;
      if (now > 24 * 60 * MINUTE) end.abort();
    },
  };
  const level = (): StoreLevel => ({ store: "blobs", bytes: fullAt(now / MINUTE), maxBytes: 100, messages: 1 });
  const pace = { bus: { storeLevels: async () => [level()] }, clock, log: silentTelemetry().log };
  const work = async (): Promise<void> => {
    at.push(now / MINUTE);
    await sweep();
  };
  await keepSweeping(pace, "content", work, end.signal);
  return at;
};

test("what lies there is swept each six hours, at first soon", async () => {
  expect(await sweptIn(() => 69)).toEqual([20, 380, 740, 1100]);
});

test("while the store is nearly full it is swept as often as is safe", async () => {
  expect(await sweptIn((minute) => (minute >= 60 && minute <= 120 ? 70 : 0))).toEqual([
    20, 60, 80, 100, 120, 480, 840, 1200,
  ]);
});

test("a sweep that fails is made again at the next look", async () => {
  let fails = 2;
  const sweep = async (): Promise<void> => {
    if ((fails -= 1) >= 0) throw new Error("the bus is away");
  };
  expect((await sweptIn(() => 0, sweep)).slice(0, 4)).toEqual([20, 40, 60, 420]);
});
