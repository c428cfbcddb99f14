import { expect, test } from "vitest";

import { createMailbox, type Job, type OpenMailbox, Superseded } from "./mailbox.ts";

const loop = Symbol("loop");

/** A mailbox and jobs that end when they are told to. */
const setUp = (concurrency = 16) => {
  const mailbox = createMailbox({ concurrency }) as OpenMailbox;
  const started: string[] = [];
  const dropped: string[] = [];
  const links: Record<string, number> = {};
  const signals: Record<string, AbortSignal> = {};
  const ends: Record<string, () => void> = {};
  const push = (key: string, sequence: number, type = "A", share?: string): void => {
    const name = `${key}${type}${sequence}`;
    const job: Job = {
      loop,
      key,
      type,
      share,
      sequence,
      trace: { traceId: "0".repeat(31) + "1", spanId: "0".repeat(15) + "1", traceFlags: 1 },
      run: (signal, replaced) => {
        started.push(name);
        links[name] = replaced.length;
        signals[name] = signal;
        const { promise, resolve } = Promise.withResolvers<void>();
        ends[name] = resolve;
        return promise;
      },
      drop: () => void dropped.push(name),
      handBack: () => {},
    };
    mailbox.push(job);
  };
  const end = async (name: string): Promise<void> => {
    ends[name]?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { mailbox, push, end, started, dropped, links, signals };
};

test("deliveries of one key run one at a time, those of others beside them", async () => {
  const { push, end, started, mailbox } = setUp();
  push("x", 1);
  push("x", 2, "B");
  push("y", 3);
  expect(started).toEqual(["xA1", "yA3"]);
  expect(mailbox.size).toBe(2);
  await end("xA1");
  expect(started).toEqual(["xA1", "yA3", "xB2"]);
});

test("of those waiting only the newest a type stays, and it links what it replaced", async () => {
  const { push, end, started, dropped, links } = setUp();
  push("x", 1);
  for (const sequence of [2, 3, 5, 4]) push("x", sequence);
  push("x", 9, "B");
  expect(dropped).toEqual(["xA2", "xA3", "xA4"]);
  await end("xA1");
  await end("xA5");
  expect(started).toEqual(["xA1", "xA5", "xB9"]);
  expect(links["xA5"]).toBe(2);
});

test("a newer delivery of the same type tells the running handler; another type does not", () => {
  const { push, signals } = setUp();
  push("x", 1);
  push("x", 7, "B");
  expect(signals["xA1"]?.aborted).toBe(false);
  push("x", 2);
  expect(signals["xA1"]?.reason).toBeInstanceOf(Superseded);
});

test("an older delivery than the running one is dropped, the same one again changes nothing", () => {
  const { push, dropped, signals, mailbox } = setUp();
  push("x", 5);
  push("x", 4);
  push("x", 5);
  expect(dropped).toEqual(["xA4"]);
  expect(signals["xA5"]?.aborted).toBe(false);
  expect(mailbox.size).toBe(1);
});

test("no more run at once than the mailbox allows, and the first to come is the first to run", async () => {
  const { push, end, started } = setUp(2);
  for (const [n, key] of ["a", "b", "c", "d"].entries()) push(key, n + 1);
  expect(started).toEqual(["aA1", "bA2"]);
  await end("bA2");
  expect(started).toEqual(["aA1", "bA2", "cA3"]);
});

test("what a loop has waiting can be taken out; what runs goes on", () => {
  const { push, mailbox, signals } = setUp();
  push("x", 1);
  push("x", 2, "B");
  expect(mailbox.evict(loop).map(({ sequence }) => sequence)).toEqual([2]);
  expect(mailbox.size).toBe(1);
  expect(signals["xA1"]?.aborted).toBe(false);
});

test("deliveries for one leave a place for others, who are given the next in turn", async () => {
  const { push, end, started } = setUp(3);
  for (const n of [1, 2, 3, 4]) push(`hostile${n}`, n, "A", "hostile");
  expect(started).toEqual(["hostile1A1", "hostile2A2"]);
  push("web", 5, "A", "shop");
  push("api", 6, "A", "shop");
  expect(started.slice(2)).toEqual(["webA5"]);
  await end("hostile1A1");
  expect(started.slice(3)).toEqual(["hostile3A3"]);
  await end("webA5");
  expect(started.slice(4)).toEqual(["apiA6"]);
});

test.each([3, 4, 16])(
  "of %i places one is soon a source's whose first delivery hangs, however fast others come",
  async (places) => {
    const { push, end, started } = setUp(places);
    push("first", 0, "A", "hanging");
    for (let n = 1; n < places; n += 1) push(`fresh${n}`, n, "A", `fresh${n}`);
    push("second", 0, "A", "hanging");
    let ends = 0;
    for (let n = places; !started.includes("secondA0") && ends < 100; n += 1, ends += 1) {
      push(`fresh${n}`, n, "A", `fresh${n}`);
      await end(`fresh${n - places + 1}A${n - places + 1}`);
    }
    expect(started).toContain("secondA0");
    expect(ends).toBeLessThanOrEqual(2 * places + 1);
  },
);
