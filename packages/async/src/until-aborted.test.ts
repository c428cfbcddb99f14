import { describe, expect, it } from "vitest";

import { orAborted, untilAborted } from "./until-aborted.ts";

describe("untilAborted", () => {
  it("resolves when the signal ends", async () => {
    const controller = new AbortController();
    const over = untilAborted(controller.signal);
    controller.abort();
    await over;
  });

  it("resolves at once where it has ended", () => untilAborted(AbortSignal.abort()));
});

describe("orAborted", () => {
  const reason = new Error("it is over");

  it.each([
    ["without a signal", undefined],
    ["under a signal that goes on", new AbortController().signal],
  ])("gives the result %s", async (_, signal) => {
    expect(await orAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(orAborted(Promise.reject(reason), signal)).rejects.toBe(reason);
  });

  it("throws the reason as soon as the signal ends, and lets the work go on", async () => {
    const controller = new AbortController();
    const { promise: work, resolve } = Promise.withResolvers<number>();
    const asked = orAborted(work, controller.signal);
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    resolve(2);
    expect(await work).toBe(2);
  });

  it("throws the reason of a signal that has ended, whatever becomes of the work", async () => {
    const failing = Promise.reject<number>(new Error("nobody waits for this"));
    await expect(orAborted(failing, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
