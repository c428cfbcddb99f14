import { currentProcess } from "./simulated-process.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

// Code of others, such as the bus's client, takes time and chance from the globals of its process. While a world runs they
// are those of the simulated process whose code asks; outside of all of them they stay the machine's.

/** What a timer of Node can hold: one for longer is due at once. */
const LONGEST_MS = 2 ** 31 - 1;

const real = {
  setTimeout: globalThis.setTimeout,
  setInterval: globalThis.setInterval,
  setImmediate: globalThis.setImmediate,
  clearTimeout: globalThis.clearTimeout,
  clearInterval: globalThis.clearInterval,
  clearImmediate: globalThis.clearImmediate,
  Date: globalThis.Date,
  random: Math.random,
  now: performance.now.bind(performance),
  timeout: AbortSignal.timeout.bind(AbortSignal),
};

type Call = (...args: unknown[]) => void;

/** As much of a timer of Node as code has a right to. */
class VirtualTimer implements Disposable {
  #timer: Disposable;
  readonly #start: () => Disposable;
  constructor(start: () => Disposable) {
    this.#start = start;
    this.#timer = start();
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  refresh(): this {
    this[Symbol.dispose]();
    this.#timer = this.#start();
    return this;
  }
  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }
}

const wholeMs = (ms: unknown): number => {
  const asked = Number(ms ?? 0);
  return asked >= 1 && asked <= LONGEST_MS ? asked : 1;
};

const timerOf =
  (
    name: "setTimeout" | "setInterval",
    start: (process: SimulatedProcess, ms: number, call: () => void) => Disposable,
  ) =>
  (call: Call, ms?: number, ...args: unknown[]): unknown => {
    const process = currentProcess();
    if (process === undefined) return real[name](call, ms, ...args);
    return new VirtualTimer(() => start(process, wholeMs(ms), () => call(...args)));
  };

const clearOf =
  (name: "clearTimeout" | "clearInterval" | "clearImmediate") =>
  (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer[Symbol.dispose]();
    else real[name](timer as never);
  };

const VirtualDate = new Proxy(real.Date, {
  construct: (target, args: unknown[], newTarget) => {
    const process = args.length === 0 ? currentProcess() : undefined;
    return process === undefined
      ? (Reflect.construct(target, args, newTarget) as Date)
      : new target(process.machine.clock.now());
  },
  get: (target, key, receiver) =>
    key === "now"
      ? () => currentProcess()?.machine.clock.now().getTime() ?? real.Date.now()
      : (Reflect.get(target, key, receiver) as unknown),
});

const virtualSignalAfter = (ms: number): AbortSignal => {
  const process = currentProcess();
  if (process === undefined) return real.timeout(ms);
  const controller = new AbortController();
  process.machine.clock.after(ms, () =>
    controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
  );
  return controller.signal;
};

/** Until disposed of, the globals are those of the simulated process that asks. */
export const virtualGlobals = (): Disposable => {
  Object.assign(globalThis, {
    setTimeout: timerOf("setTimeout", (process, ms, call) => process.machine.clock.after(ms, call)),
    setInterval: timerOf("setInterval", (process, ms, call) => process.machine.clock.every(ms, call)),
    setImmediate: (call: Call, ...args: unknown[]): unknown => {
      const process = currentProcess();
      if (process === undefined) return real.setImmediate(call, ...args);
      return new VirtualTimer(() => process.deliver(0, () => call(...args)));
    },
    clearTimeout: clearOf("clearTimeout"),
    clearInterval: clearOf("clearInterval"),
    clearImmediate: clearOf("clearImmediate"),
    Date: VirtualDate,
  });
  Math.random = () => currentProcess()?.machine.rng.chance() ?? real.random();
  performance.now = () => currentProcess()?.machine.clock.monotonic() ?? real.now();
  AbortSignal.timeout = virtualSignalAfter;
  return {
    [Symbol.dispose]: () => {
      const { random, now, timeout, ...globals } = real;
      Object.assign(globalThis, globals);
      Math.random = random;
      performance.now = now;
      AbortSignal.timeout = timeout;
    },
  };
};
