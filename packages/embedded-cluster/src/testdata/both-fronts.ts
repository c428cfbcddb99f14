import { connectKube, connectOver } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";

import type { Clock } from "@evenkeel/machine";
import { listenTls } from "../front/listen-tls.ts";
import { openInProcess } from "../front/open-in-process.ts";
import type { ApiHandler } from "../server/exchange.ts";

interface Cluster {
  readonly name: string;
  readonly clock: Clock;
  readonly handle: ApiHandler;
}

export const forever = new AbortController().signal;

/** The two ways to our own client: `await using` closes what was opened. */
export const FRONTS = ["in process", "over TLS"] as const;
export const openThrough = async (front: (typeof FRONTS)[number], cluster: Cluster): Promise<Kube> => {
  if (front === "in process") return connectOver(openInProcess(cluster), cluster, forever);
  const served = await listenTls(cluster, { graceMs: 200 });
  const kube = await connectKube(served.access(), {}, forever);
  return {
    ...kube,
    [Symbol.asyncDispose]: async () => {
      await kube[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
    },
  };
};
