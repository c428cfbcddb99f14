import { setTimeout as realSleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { seeded } from "../time/seeded.ts";
import { createVirtualTime } from "../time/virtual-time.ts";
import { createLink } from "./link.ts";
import { createProcess, currentProcess, EPOCH_MS } from "./simulated-process.ts";
import { virtualGlobals } from "./virtual-globals.ts";

const world = (seed = 1) => {
  const chance = seeded(seed);
  const time = createVirtualTime(chance.fork("order"));
  const pass = async (ms: number): Promise<void> => {
    const until = time.nowMs() + ms;
    while (await time.step(until));
  };
  return { time, pass, process: (name: string) => createProcess(name, time, chance.fork(name)) };
};

test("a world without time of its own ends a day of waiting at once", async () => {
  const { process, pass, time } = world();
  const told: string[] = [];
  void process("a").run(async () => {
    const { clock } = currentProcess()!.machine;
    await clock.sleep(3_600_000);
    told.push(`${clock.monotonic()} ${clock.now().toISOString()}`);
    await clock.sleep(Infinity);
    told.push("for ever");
  });
  await pass(86_400_000);
  expect(told).toEqual(["3600000 2026-01-01T01:00:00.000Z"]);
  expect(time.nowMs()).toBe(86_400_000);
});

test("whose timer of Node it is, is known after any number of awaits", async () => {
  using _globals = virtualGlobals();
  const { process, pass } = world();
  const told: string[] = [];
  const dates: number[] = [];
  for (const name of ["a", "b"]) {
    void process(name).run(async () => {
      await Promise.resolve();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await Promise.allSettled([Promise.reject(new Error("x"))]);
      expect(new Date()).toBeInstanceOf(Date);
      setInterval(() => told.push(`${currentProcess()?.name} ${Date.now() - EPOCH_MS} ${performance.now()}`), 100);
      dates.push(new Date().getTime(), new Date(5).getTime());
    });
  }
  await pass(250);
  expect(told.toSorted()).toEqual(["a 150 150", "a 250 250", "b 150 150", "b 250 250"]);
  expect(dates).toEqual([EPOCH_MS + 50, 5, EPOCH_MS + 50, 5]);
  expect(Math.abs(Date.now() - EPOCH_MS)).toBeGreaterThan(1000);
});

test("nothing reaches a killed process, and a stopped one later", async () => {
  const { process, pass, time } = world();
  const told: string[] = [];
  const [a, b] = [process("a"), process("b")];
  for (const each of [a, b]) {
    void each.run(async () => {
      await each.machine.clock.sleep(10);
      told.push(`${each.name} ${time.nowMs()}`);
    });
  }
  a.kill();
  b.stop();
  await pass(1000);
  expect(told).toEqual([]);
  b.goOn();
  await pass(0);
  expect(told).toEqual(["b 1000"]);
});

test("clocks of one process jump and run at a rate of their own", async () => {
  const { process, pass } = world();
  const a = process("a");
  a.setRate(2);
  await pass(100);
  expect(a.machine.clock.monotonic()).toBe(200);
  a.jump(3_600_000);
  expect(a.machine.clock.now().getTime()).toBe(EPOCH_MS + 3_600_200);
  const told: number[] = [];
  void a.run(async () => {
    await a.machine.clock.sleep(100);
    told.push(a.machine.clock.monotonic());
  });
  await pass(50);
  expect(told).toEqual([300]);
});

test("a link keeps the order of what is sent, holds it, and loses what is sent while it is cut", async () => {
  const { time, pass } = world();
  const chance = seeded(3);
  const link = createLink(time, () => chance.below(20));
  const come: number[] = [];
  const send = (from: number, to: number): void => {
    for (let n = from; n < to; n++) link.send(() => come.push(n));
  };
  send(0, 50);
  await pass(5);
  link.set("held");
  const before = come.length;
  send(50, 60);
  await pass(1000);
  expect(come.length).toBe(before);
  link.set("open");
  await pass(1000);
  expect(come).toEqual(Array.from({ length: 60 }, (_, n) => n));
  link.set("cut");
  send(60, 70);
  link.set("open");
  send(70, 71);
  await pass(1000);
  expect(come.at(-1)).toBe(70);
  expect(come).toHaveLength(61);
});

test.each([1, 2, 3])("one seed is one run: %d", async (seed) => {
  const history = async (): Promise<readonly string[]> => {
    const { process, pass, time } = world(seed);
    const told: string[] = [];
    for (const name of ["a", "b", "c"]) {
      const each = process(name);
      void each.run(async () => {
        for (let turn = 0; turn < 50; turn++) {
          await each.machine.clock.sleep(Math.floor(each.machine.rng.chance() * 4));
          told.push(`${time.nowMs()} ${name}`);
        }
      });
    }
    await pass(1000);
    return told;
  };
  const first = await history();
  await realSleep(3);
  expect(await history()).toEqual(first);
  expect(first).toHaveLength(150);
});
