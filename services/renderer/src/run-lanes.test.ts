import { describe, expect, it } from "vitest";

import { createLanes } from "./run-lanes.ts";

const gate = () => Promise.withResolvers<void>();

describe("lanes", () => {
  it("run one key once at a time, and once more for all who asked meanwhile", async () => {
    const gates = [gate(), gate()];
    const runs: string[] = [];
    const lanes = createLanes(async (key) => {
      const at = runs.push(key) - 1;
      await gates[at]!.promise;
    });
    const first = lanes.run("web");
    await Promise.resolve();
    const second = lanes.run("web");
    expect(lanes.run("web")).toBe(second);
    expect(runs).toEqual(["web"]);
    gates[0]!.resolve();
    await first;
    gates[1]!.resolve();
    await second;
    expect(runs).toEqual(["web", "web"]);
  });

  it("tell a failure to those who waited for that run, and start the next one all the same", async () => {
    let runs = 0;
    const lanes = createLanes(async () => {
      runs += 1;
      if (runs === 1) throw new Error("no");
    });
    const first = lanes.run("web");
    await expect(first).rejects.toThrow("no");
    await lanes.run("web");
    expect(runs).toBe(2);
  });

  it("run different keys side by side", async () => {
    const hung = gate();
    const lanes = createLanes(async (key) => (key === "slow" ? hung.promise : undefined));
    const slow = lanes.run("slow");
    await lanes.run("quick");
    hung.resolve();
    await slow;
  });
});
