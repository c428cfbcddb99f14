import { backOff } from "@evenkeel/async";
import type { Latest } from "@evenkeel/bus";
import type { DesiredStateChanged } from "@evenkeel/contracts";
import { connectOver } from "@evenkeel/kube";
import type { Kube, OpenCluster } from "@evenkeel/kube";
import { parseJson } from "@evenkeel/resource";
import type { JsonObject } from "@evenkeel/resource";
import type { Clock, Rng } from "@evenkeel/machine";
import type { Metrics, Telemetry } from "@evenkeel/telemetry";

import { versionsAreOrdered } from "../core/server-version.ts";
import type { Bodies } from "./declared.ts";
import type { AnswerWatch } from "./watch-answers.ts";
import { declaredCluster, uidOf } from "./which-cluster.ts";
import type { WatchedCluster } from "./which-cluster.ts";

/** What a cluster is reached with. */
export interface ReachDeps {
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly bodies: Bodies;
  readonly desired: Latest<DesiredStateChanged>;
  readonly openCluster: OpenCluster;
}

/** The cluster's declaration is not known: nothing can be watched. */
export class ClusterUndeclared extends Error {
  override readonly name = "ClusterUndeclared";
}

const connect = async (deps: ReachDeps, cluster: string, signal: AbortSignal): Promise<WatchedCluster> => {
  const { clock } = deps;
  const declared = await declaredCluster(deps, cluster, signal);
  if (declared === undefined) throw new ClusterUndeclared(`no declaration of cluster ${cluster} is in the store`);
  const observe = ({ method, status }: { readonly method: string; readonly status: number }): void =>
    deps.metrics.apiRequests.add(1, { cluster, verb: method, code: String(status) });
  const opened = await deps.openCluster(declared.spec.connection, { clock, observe });
  const kube = await connectOver(opened, { clock }, signal);
  return { name: cluster, kube, declared, uid: await uidOf(kube, signal) };
};

const RETRY_MS = { first: 1_000, most: 30_000 };

/** A first answer that takes longer is told as missing, although it is still waited for. */
const SLOW_MS = 5_000;

/** Keeps trying; meanwhile nobody knows how the cluster's units stand, and that is told once a cause. */
export const reachCluster = async (
  deps: ReachDeps,
  cluster: string,
  answers: AnswerWatch,
  signal: AbortSignal,
): Promise<WatchedCluster> => {
  const { clock, telemetry } = deps;
  const tell = (error: unknown): Promise<void> =>
    answers.failed(error).catch((failure: unknown) => {
      if (!signal.aborted) telemetry.log.warn("whether a cluster answers could not be told", { cluster, failure });
    });
  for (let tries = 0; ; tries += 1) {
    const answered = new AbortController();
    clock.sleep(SLOW_MS, AbortSignal.any([signal, answered.signal])).then(
      () => tell(new Error(`no answer for ${SLOW_MS / 1000} s`)),
      () => undefined,
    );
    try {
      return await connect(deps, cluster, signal);
    } catch (error) {
      signal.throwIfAborted();
      telemetry.log.warn("a cluster cannot be reached", { cluster, error });
      await tell(error);
    } finally {
      answered.abort();
    }
    await clock.sleep(backOff(RETRY_MS, tries), signal);
  }
};

/** Whether its resourceVersions may be compared by order. */
export const isOrdered = async (kube: Kube, signal: AbortSignal): Promise<boolean> => {
  const { body } = await kube.transport.request({ method: "GET", path: "/version" }, signal);
  return versionsAreOrdered(parseJson(body.toString("utf8")) as JsonObject);
};
