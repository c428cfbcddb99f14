import { describe, expect, test } from "vitest";

import { carryOut } from "./carry-out.ts";
import type { StepResult } from "./carry-out.ts";

const done: StepResult<string> = { kind: "done", value: "" };
const failed: StepResult<string> = {
  kind: "failed",
  reason: { code: "ObjectInvalid", message: "", remedy: "" },
  again: false,
};

/** 0 and 1 before a barrier (3), 2 after it. */
const order = { objects: 3, after: [[], [], [3], [0, 1]] };

describe("carrying out an order", () => {
  test("runs what has no edge at the same time, and the rest after what it waits for", async () => {
    const log: string[] = [];
    const results = await carryOut(order, 8, async (index) => {
      log.push(`begin ${index}`);
      await Promise.resolve();
      log.push(`end ${index}`);
      return done;
    });
    expect(log).toEqual(["begin 0", "begin 1", "end 0", "end 1", "begin 2", "end 2"]);
    expect(results.map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
  });

  test.each<[string, StepResult<string>, readonly string[]]>([
    ["after a failure", failed, ["failed", "done", "not-tried"]],
    ["after a stop", { kind: "stopped" }, ["stopped", "done", "not-tried"]],
  ])("begins nothing more %s, and finishes what is on its way", async (_title, first, wanted) => {
    const results = await carryOut(order, 8, async (index) => (index === 0 ? first : done));
    expect(results.map(({ kind }) => kind)).toEqual(wanted);
  });

  /** 0 before 1, 2 before 3, each behind a barrier. */
  const branches = { objects: 4, after: [[], [4], [], [5], [0], [2]] };
  const failing = { ...failed, again: true } as const;

  test("goes on with branches that do not wait for what failed", async () => {
    const results = await carryOut(branches, 8, async (index) => (index === 0 ? failed : done));
    expect(results.map(({ kind }) => kind)).toEqual(["failed", "not-tried", "done", "done"]);
  });

  test("begins nothing more after a failure that ends all", async () => {
    const results = await carryOut(branches, 1, async (index) => (index === 0 ? { ...failing, ends: true } : done));
    expect(results.map(({ kind }) => kind)).toEqual(["failed", "not-tried", "not-tried", "not-tried"]);
  });

  test.each([
    ["tries again what failed before others succeeded, as long as any does", failing, [0, 1, 2, 0, 1, 0]],
    ["leaves what only a change in Git can heal", failed, [0, 1, 2]],
  ])("%s", async (_title, failure, wanted) => {
    const log: number[] = [];
    const succeeded = new Set<number>();
    // Each succeeds once the next has.
    await carryOut({ objects: 3, after: [[], [], []] }, 1, async (index) => {
      log.push(index);
      if (index < 2 && !succeeded.has(index + 1)) return failure;
      succeeded.add(index);
      return done;
    });
    expect(log).toEqual(wanted);
  });

  test("does not try again what failed after all others", async () => {
    let tried = 0;
    await carryOut({ objects: 2, after: [[], [2], [0]] }, 1, async (index) => {
      if (index === 0) return done;
      tried += 1;
      return failing;
    });
    expect(tried).toBe(1);
  });

  test("lets some go before all others, whatever they wait for, and once only", async () => {
    const log: number[] = [];
    const step = async (index: number): Promise<StepResult<string>> => {
      log.push(index);
      return index === 3 && log.length === 1 ? failing : done;
    };
    const results = await carryOut(branches, 8, step, { first: [3] });
    expect(log).toEqual([3, 0, 2, 1, 3]);
    expect(results.map(({ kind }) => kind)).toEqual(["done", "done", "done", "done"]);
  });

  test("lets some go in spite of what they wait for when nothing else can, and tries the rest again", async () => {
    const log: number[] = [];
    const step = async (index: number): Promise<StepResult<string>> => {
      log.push(index);
      return index === 2 && !log.includes(3) ? failing : done;
    };
    const results = await carryOut(branches, 8, step, { whenStuck: () => [3] });
    expect(log).toEqual([0, 2, 1, 2, 3, 2]);
    expect(results.map(({ kind }) => kind)).toEqual(["done", "done", "done", "done"]);
  });

  const stored = { ...failing, stored: "one" } as const;

  test.each<[string, StepResult<string>, StepResult<string>]>([
    ["fails before it stores anything", failing, stored],
    ["stores something else", { ...failing, stored: "two" }, { ...failing, stored: "two" }],
    ["is stopped", { kind: "stopped" }, stored],
    ["is done", done, done],
  ])("keeps what a failed try has stored where the next %s", async (_title, next, wanted) => {
    const given: (string | undefined)[] = [];
    const results = await carryOut<string>({ objects: 2, after: [[], []] }, 1, async (index, before) => {
      if (index === 1) return done;
      given.push(before);
      return given.length === 1 ? stored : next;
    });
    expect(given).toEqual([undefined, "one"]);
    expect(results[0]).toEqual(wanted);
  });

  test("has no more on its way than it may", async () => {
    let now = 0;
    let most = 0;
    const many = { objects: 20, after: Array.from({ length: 20 }, () => []) };
    await carryOut(many, 3, async () => {
      most = Math.max(most, (now += 1));
      await Promise.resolve();
      now -= 1;
      return done;
    });
    expect(most).toBe(3);
  });

  test("of nothing is done at once", async () => {
    expect(await carryOut({ objects: 0, after: [] }, 3, async () => done)).toEqual([]);
  });
});
