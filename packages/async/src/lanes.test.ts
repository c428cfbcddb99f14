import { describe, expect, it } from "vitest";

import { createLanes, createRounds } from "./lanes.ts";

const gate = () => Promise.withResolvers<void>();

describe("lanes", () => {
  it("run the work of one key in turn, whatever becomes of what is before it", async () => {
    const lanes = createLanes();
    const first = gate();
    const begun: string[] = [];
    const work = (name: string, until?: Promise<void>) => async () => {
      begun.push(name);
      await until;
      return name;
    };
    const failing = lanes.run("web", work("first", first.promise));
    const next = lanes.run("web", work("second"));
    expect(await lanes.run("shop", work("other"))).toBe("other");
    expect(begun).toEqual(["first", "other"]);
    first.reject(new Error("no"));
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("second");
  });

  it("are idle once what waits is over too", async () => {
    const lanes = createLanes();
    const [first, second] = [gate(), gate()];
    let isIdle = false;
    const all = [lanes.run("web", () => first.promise), lanes.run("web", () => second.promise)];
    const idle = lanes.idle().then(() => (isIdle = true));
    first.resolve();
    await all[0];
    await new Promise((resolve) => setImmediate(resolve));
    expect(isIdle).toBe(false);
    second.resolve();
    await idle;
    await lanes.idle();
  });
});

describe("rounds", () => {
  it("run one key once at a time, and once more for all who asked meanwhile", async () => {
    const gates = [gate(), gate()];
    const runs: string[] = [];
    const rounds = createRounds(async (key) => {
      const at = runs.push(key) - 1;
      await gates[at]!.promise;
    });
    const first = rounds.run("web");
    await Promise.resolve();
    const second = rounds.run("web");
    expect(rounds.run("web")).toBe(second);
    expect(runs).toEqual(["web"]);
    gates[0]!.resolve();
    await first;
    gates[1]!.resolve();
    await second;
    expect(runs).toEqual(["web", "web"]);
  });

  it("tell a failure to those who waited for that run, and start the next one all the same", async () => {
    let runs = 0;
    const rounds = createRounds(async () => {
      runs += 1;
      if (runs === 1) throw new Error("no");
    });
    const first = rounds.run("web");
    await expect(first).rejects.toThrow("no");
    await rounds.run("web");
    expect(runs).toBe(2);
  });

  it("run different keys side by side", async () => {
    const hung = gate();
    const rounds = createRounds(async (key) => (key === "slow" ? hung.promise : undefined));
    const slow = rounds.run("slow");
    await rounds.run("quick");
    hung.resolve();
    await slow;
  });
});
