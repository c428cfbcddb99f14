import { AsyncLocalStorage } from "node:async_hooks";

import { clockOn } from "@evenkeel/machine";
import type { Machine } from "@evenkeel/machine";

import type { Seeded } from "../time/seeded.ts";
import type { VirtualTime } from "../time/virtual-time.ts";

/** When the world begins, for clocks that tell a date. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

/**
 * One process of the simulated world: a machine of its own, and all that reaches it does so through `deliver`. Killed, it
 * is given nothing any more, so none of its waits ever ends; stopped, it is given what came meanwhile once it goes on.
 */
export interface SimulatedProcess {
  readonly name: string;
  readonly machine: Machine;
  readonly state: "running" | "stopped" | "killed";
  /** Runs something as this process: timers and chance that it reaches are this process's. */
  run<T>(work: () => T): T;
  /** Lets something reach it in so many ms of the world's time. */
  deliver(ms: number, call: () => void): Disposable;
  /** Its effect on the rest of the world, one of many: where a kill is armed for it, it dies before or after. */
  step(effect: () => void): void;
  /** Kills it at its `count`-th step from now. */
  armKill(count: number, moment: "before" | "after"): void;
  kill(): void;
  /** Ends when it is killed: what others keep for it is let go then. */
  readonly killed: AbortSignal;
  stop(): void;
  goOn(): void;
  /** Its clock jumps by so many ms: the date, not what measures. */
  jump(ms: number): void;
  /** Its clocks run so much faster than the world. */
  setRate(rate: number): void;
}

const running = new AsyncLocalStorage<SimulatedProcess>();

/** Whose code this is; undefined outside of all simulated processes. */
export const currentProcess = (): SimulatedProcess | undefined => running.getStore();

/** Runs what belongs to the world, not to the process that happened to cause it. */
export const outsideProcesses = <T>(work: () => T): T => running.exit(work);

interface Watch {
  worldMs: number;
  ownMs: number;
  rate: number;
}

export const createProcess = (name: string, time: VirtualTime, chance: Seeded): SimulatedProcess => {
  let state: SimulatedProcess["state"] = "running";
  let dateMs = EPOCH_MS;
  const watch: Watch = { worldMs: time.nowMs(), ownMs: time.nowMs(), rate: 1 };
  const held: (() => void)[] = [];
  const killed = new AbortController();
  let armed: { count: number; readonly moment: "before" | "after" } | undefined;

  const ownMs = (): number => watch.ownMs + (time.nowMs() - watch.worldMs) * watch.rate;
  const deliver = (ms: number, call: () => void): Disposable => {
    let isCancelled = false;
    const arrive = (): void => {
      if (isCancelled || state === "killed") return;
      if (state === "stopped") return void held.push(arrive);
      running.run(self, call);
    };
    const event = time.after(ms, arrive);
    return {
      [Symbol.dispose]: () => {
        isCancelled = true;
        event[Symbol.dispose]();
      },
    };
  };
  const clock = clockOn({
    now: () => new Date(dateMs + ownMs()),
    monotonic: ownMs,
    // As a timer of Node: none is shorter, or one for a last fraction would be due before it has passed.
    after: (ms, call) => deliver((ms >= 1 ? ms : 1) / watch.rate, call),
  });
  const self: SimulatedProcess = {
    name,
    machine: { clock, rng: { chance: () => chance.chance(), bytes: (count) => chance.bytes(count) } },
    get state() {
      return state;
    },
    run: (work) => running.run(self, work),
    deliver,
    step: (effect) => {
      const isNow = armed !== undefined && (armed.count -= 1) <= 0;
      if (!isNow || armed?.moment === "after") effect();
      if (isNow) self.kill();
    },
    armKill: (count, moment) => void (armed = { count, moment }),
    kill: () => {
      if (state === "killed") return;
      state = "killed";
      held.length = 0;
      running.exit(() => killed.abort());
    },
    killed: killed.signal,
    stop: () => void (state === "running" && (state = "stopped")),
    goOn: () => {
      if (state !== "stopped") return;
      state = "running";
      for (const arrive of held.splice(0)) time.after(0, arrive);
    },
    jump: (ms) => void (dateMs += ms),
    setRate: (rate) => {
      watch.ownMs = ownMs();
      watch.worldMs = time.nowMs();
      watch.rate = rate;
    },
  };
  return self;
};
