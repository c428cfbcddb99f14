import type { Checkout } from "@evenkeel/git";
import type { Kube } from "@evenkeel/kube";
import type { Bus } from "@evenkeel/bus";
import type { StatusServiceClient } from "@evenkeel/contracts";

import type { Screen } from "../start/screen.ts";

/** What a step may look at and touch: Git as a developer does, the cluster as an operator does, the bus and the status. */
export interface Stage {
  readonly screen: Screen;
  readonly fleet: Checkout;
  readonly shop: Checkout;
  /** The tour's own connection to the cluster, as the kubeconfig's user. */
  readonly kube: Kube;
  /** A connection that may only read facts. */
  readonly bus: Bus;
  readonly status: StatusServiceClient;
  readonly cluster: string;
  readonly signal: AbortSignal;
}

/** One step of the tour: a sentence of what happens and why, and the doing, which throws if it did not happen. */
export interface Step {
  readonly title: string;
  readonly why: string;
  readonly run: (stage: Stage) => Promise<void>;
}

/** A step whose effect was not seen. */
export class NotSeen extends Error {
  override readonly name = "NotSeen";
}

/**
 * Asks again until `look` gives something other than undefined; a throw counts as not yet. Throws NotSeen, with the last
 * fault, after `timeoutMs`.
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
  timeoutMs = 30_000,
): Promise<T> => {
  const end = performance.now() + timeoutMs;
  let fault: unknown;
  while (performance.now() < end) {
    signal.throwIfAborted();
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      fault = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new NotSeen(`${what}: not seen within ${timeoutMs / 1000} s`, { cause: fault });
};
