import type { ApiHandler } from "../server/exchange.ts";

/** What lies between a client and a cluster: a simulation lets it take its time, and loses what it likes. */
export interface Hop {
  /** Calls once what the client sent is at the cluster. */
  send(arrive: () => void): void;
  /** Calls once what the cluster said is at the client. */
  answer(arrive: () => void): void;
}

/** Both in one place. */
export const AT_ONCE: Hop = { send: (arrive) => arrive(), answer: (arrive) => arrive() };

/** One connection: it leads to one cluster, until it ends. */
export interface Line {
  readonly handle: ApiHandler;
  readonly ended: AbortSignal;
}

/** Connects, as many times as connections end. What it throws is told as an error of the network. */
export type Reach = (signal: AbortSignal) => Promise<Line>;
