import type { Checkout } from "@evenkeel/git";
import type { Kube } from "@evenkeel/kube";
import type { Bus } from "@evenkeel/bus";
import type { StatusServiceClient } from "@evenkeel/contracts";

import type { Screen } from "../start/screen.ts";

/** One cluster of the tour. */
export interface TourCluster {
  readonly name: string;
  readonly env: "staging" | "prod";
  /** The tour's own connection, as the kubeconfig's user. */
  readonly kube: Kube;
}

/** What a step may look at and touch: Git as a developer does, the clusters as an operator does, the bus and the status. */
export interface Stage {
  readonly screen: Screen;
  readonly fleet: Checkout;
  readonly shop: Checkout;
  /** At least one of `env: prod`. */
  readonly clusters: readonly TourCluster[];
  /** Something on the clusters makes Deployments roll out, so that a step can wait for Healthy. */
  readonly rollsOut: boolean;
  /** A connection that may only read facts. */
  readonly bus: Bus;
  readonly status: StatusServiceClient;
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

/** Throws NotSeen with these words unless it is so. */
export const expectThat = (isSo: boolean, otherwise: string): void => {
  if (!isSo) throw new NotSeen(otherwise);
};

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
