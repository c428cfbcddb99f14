import { describe, expect, it } from "vitest";

import { createRenderPlaces, PlacesBusy } from "./render-places.ts";

const never = new AbortController().signal;
/** Time that passes only when it is told to. */
const handClock = () => {
  const sleeping = new Set<() => void>();
  return {
    sleep: (_ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        sleeping.add(resolve);
        signal.addEventListener("abort", () => (sleeping.delete(resolve), reject(signal.reason as Error)));
      }),
    pass: async () => {
      for (const wake of sleeping) {
        sleeping.delete(wake);
        wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};

describe("places", () => {
  it("are given out in the order they were asked for", async () => {
    const places = createRenderPlaces(1, handClock().sleep);
    const held = await places.take("a", never);
    const order: string[] = [];
    const take = async (name: string): Promise<void> => {
      using _place = await places.take("a", never);
      order.push(name);
    };
    const both = [take("first"), take("second")];
    held[Symbol.dispose]();
    await Promise.all(both);
    expect(order).toEqual(["first", "second"]);
  });

  it("are not lost to one who gave up waiting", async () => {
    const places = createRenderPlaces(1, handClock().sleep);
    const held = await places.take("a", never);
    const leaving = new AbortController();
    const left = places.take("a", leaving.signal);
    const next = places.take("a", never);
    leaving.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    held[Symbol.dispose]();
    (await next)[Symbol.dispose]();
  });

  it("are at once another source's where two hundred of one hang, and these give up their deliveries", async () => {
    const clock = handClock();
    const places = createRenderPlaces(4, clock.sleep);
    const hanging = Array.from({ length: 200 }, () => places.take("hostile", never));
    const ends = Promise.allSettled(hanging);
    const other = await places.take("shop", never);
    other[Symbol.dispose]();
    await clock.pass();
    await clock.pass();
    const first = hanging.slice(0, 3);
    for (const place of await Promise.all(first)) place[Symbol.dispose]();
    const results = await ends;
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(results.at(-1)).toMatchObject({ reason: expect.any(PlacesBusy) });
  });

  it("are given to the second of a source whose first hangs, while others come faster than they end", async () => {
    const places = createRenderPlaces(4, handClock().sleep);
    await places.take("hanging", never);
    let isBegun = false;
    const second = places.take("hanging", never).then((place) => ((isBegun = true), place));
    const fresh = Array.from({ length: 100 }, (_unused, at) => places.take(`fresh-${at}`, never));
    let ends = 0;
    for (const one of fresh) {
      if (isBegun) break;
      (await one)[Symbol.dispose]();
      ends += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    (await second)[Symbol.dispose]();
    expect(ends).toBeLessThanOrEqual(10);
  });

  it("are waited for as long as renders of the source end", async () => {
    const clock = handClock();
    const places = createRenderPlaces(2, clock.sleep);
    const waiting = Array.from({ length: 20 }, () => places.take("shop", never));
    for (const each of waiting) {
      using place = await each;
      place.ended();
      await clock.pass();
    }
    await expect(Promise.all(waiting)).resolves.toHaveLength(20);
  });

  it("are given up where a limit stops one render after another, though each makes room for the next", async () => {
    const clock = handClock();
    const places = createRenderPlaces(4, clock.sleep);
    const waiting = Array.from({ length: 20 }, () => places.take("hostile", never));
    const ends = Promise.allSettled(waiting);
    for (const stopped of await Promise.all(waiting.slice(0, 3))) stopped[Symbol.dispose]();
    await clock.pass();
    for (const next of await Promise.all(waiting.slice(3, 6))) next[Symbol.dispose]();
    const results = await ends;
    expect(results.slice(6).every(({ status }) => status === "rejected")).toBe(true);
  });
});
