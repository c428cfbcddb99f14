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
