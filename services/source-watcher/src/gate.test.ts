import { describe, expect, test } from "vitest";

import { createGate } from "./gate.ts";

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

describe("a gate", () => {
  test("lets so many through to one host, in the order they came, and others to their own", async () => {
    const gate = createGate(2);
    const began: string[] = [];
    const ends = Promise.withResolvers<void>();
    const asked = ["a", "b", "c", "d"].map((name) =>
      gate.through(
        "slow.example",
        async () => {
          began.push(name);
          await ends.promise;
        },
        signal,
      ),
    );
    await gate.through("quick.example", async () => void began.push("other"), signal);
    expect(began).toEqual(["a", "b", "other"]);
    ends.resolve();
    await Promise.all(asked);
    expect(began).toEqual(["a", "b", "other", "c", "d"]);
  });

  test("gives the place of a failed one on, and none to whom it no longer concerns", async () => {
    const gate = createGate(1);
    const [first, last] = [held(), held()];
    const stopped = new AbortController();
    const failing = gate.through("host", first.work, signal);
    const gone = gate.through("host", () => Promise.reject(new Error("must not begin")), stopped.signal);
    const waiting = gate.through("host", last.work, signal);
    await first.began;
    stopped.abort(new Error("undeclared"));
    first.fail(new Error("broken"));
    await expect(failing).rejects.toThrow("broken");
    await expect(gone).rejects.toThrow("undeclared");
    await last.began;
    last.end("done");
    expect(await waiting).toBe("done");
  });
});
