import { expect, it } from "vitest";

import { pause } from "./pause.ts";

const reason = new Error("it is over");

it("ends after its time, also under a signal that goes on", async () => {
  await pause(1);
  await pause(1, new AbortController().signal);
});

it("throws the signal's own reason, whether that ended before or ends meanwhile", async () => {
  await expect(pause(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const waiting = pause(60_000, controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

it.each([2 ** 31, 40 * 86_400_000, Infinity])("does not end at once when it is to last %d ms", async (ms) => {
  const controller = new AbortController();
  const ends: string[] = [];
  const waiting = pause(ms, controller.signal).then(
    () => ends.push("over"),
    () => ends.push("ended"),
  );
  await pause(20);
  controller.abort(reason);
  await waiting;
  expect(ends).toEqual(["ended"]);
});
