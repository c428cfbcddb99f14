import type { VirtualTime } from "../time/virtual-time.ts";

/** How one direction of a link stands: what is sent comes, waits until it is open again, or is lost. */
export type LinkState = "open" | "held" | "cut";

/** One direction between two of the world: in order, each after a time of its own. */
export interface Link {
  state: LinkState;
  /** `arrive` once it is there. */
  send(arrive: () => void): void;
  /** What was held comes, or is lost. */
  set(state: LinkState): void;
  /** What is on its way. */
  readonly waiting: number;
}

export const createLink = (time: VirtualTime, latencyMs: () => number): Link => {
  const queue: (() => void)[] = [];
  let lastMs = 0;
  const come = (): void => {
    if (link.state !== "open") return; // comes with the next `set`
    queue.shift()?.();
  };
  const schedule = (): void => {
    // Never before what was sent earlier: which of the queue comes is decided when the time is there.
    lastMs = Math.max(lastMs, time.nowMs() + latencyMs());
    time.after(lastMs - time.nowMs(), come);
  };
  const link: Link = {
    state: "open",
    send: (arrive) => {
      if (link.state === "cut") return;
      queue.push(arrive);
      if (link.state === "open") schedule();
    },
    set: (state) => {
      const was = link.state;
      link.state = state;
      if (state === "cut") queue.length = 0;
      if (was !== "open" && state === "open") for (let left = queue.length; left > 0; left--) schedule();
    },
    get waiting() {
      return queue.length;
    },
  };
  return link;
};
