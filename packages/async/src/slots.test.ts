import { describe, expect, test } from "vitest";

import { createSlots, placesOf } from "./slots.ts";

const signal = new AbortController().signal;

/** Work that says when it began and ends when it is told. */
const held = () => {
  const began = Promise.withResolvers<void>();
  const ends = Promise.withResolvers<string>();
  const work = (): Promise<string> => {
    began.resolve();
    return ends.promise;
  };
  return { began: began.promise, end: (word: string) => ends.resolve(word), fail: ends.reject, work };
};

describe("slots", () => {
  test("let so many through under one key, in the order they came, and others under their own", async () => {
    const slots = createSlots(2);
    const began: string[] = [];
    const ends = Promise.withResolvers<void>();
    const asked = ["a", "b", "c", "d"].map((name) =>
      slots.run(
        "slow.example",
        async () => {
          began.push(name);
          await ends.promise;
        },
        signal,
      ),
    );
    await slots.run("quick.example", async () => void began.push("other"), signal);
    expect(began).toEqual(["a", "b", "other"]);
    ends.resolve();
    await Promise.all(asked);
    expect(began).toEqual(["a", "b", "other", "c", "d"]);
  });

  test("give the place of a failed one on, and none to whom it no longer concerns", async () => {
    const slots = createSlots(1);
    const [first, last] = [held(), held()];
    const stopped = new AbortController();
    const failing = slots.run("host", first.work, signal);
    const gone = slots.run("host", () => Promise.reject(new Error("must not begin")), stopped.signal);
    const waiting = slots.run("host", last.work, signal);
    await first.began;
    stopped.abort(new Error("undeclared"));
    first.fail(new Error("broken"));
    await expect(failing).rejects.toThrow("broken");
    await expect(gone).rejects.toThrow("undeclared");
    await last.began;
    last.end("done");
    expect(await waiting).toBe("done");
  });

  test("let go of who ends his wait while the place is still held", async () => {
    const slots = createSlots(1);
    const first = held();
    const holding = slots.run("", first.work);
    const leaving = new AbortController();
    const left = slots.run("", () => Promise.reject(new Error("must not begin")), leaving.signal);
    leaving.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    await expect(slots.run("", first.work, leaving.signal)).rejects.toThrow("gone");
    first.end("kept");
    expect(await holding).toBe("kept");
  });

  test("keep the place of one that ends as it is given", async () => {
    const slots = createSlots(1);
    const stopped = new AbortController();
    const gone = slots.run("", () => Promise.reject(new Error("must not begin")), stopped.signal);
    stopped.abort(new Error("gone"));
    await expect(gone).rejects.toThrow("gone");
    expect(await slots.run("", () => Promise.resolve("next"))).toBe("next");
  });
});

test("places are given out as their line says, the last that came first", async () => {
  const waiting: { readonly name: string }[] = [];
  let free = 0;
  const places = placesOf<{ readonly name: string }>({
    add: (ask) => void waiting.push(ask),
    remove: () => undefined,
    next: () => (free-- > 0 ? waiting.pop() : undefined),
  });
  const begun: string[] = [];
  const all = ["a", "b", "c"].map((name) => places.take({ name }).then(() => begun.push(name)));
  free = 3;
  places.serve();
  await Promise.all(all);
  expect(begun).toEqual(["c", "b", "a"]);
});
