import { explainClusterFailure } from "@evenkeel/apply";
import { flows } from "@evenkeel/contracts";
import type { ClusterCondition, Reason } from "@evenkeel/contracts";
import type { Bus } from "@evenkeel/bus";
import { ConnectionUnavailable, isApiError, KubeconfigRefused } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import type { Clock } from "@evenkeel/machine";
import type { Logger } from "@evenkeel/telemetry";

import { takeLook, noAnswers } from "../core/take-look.ts";
import type { AnswerChange, Look } from "../core/take-look.ts";

/** Between two looks while it answers; after a lost one it is asked again sooner. */
const LOOK_MS = 2_000;
const AGAIN_MS = 500;
/** With two lost looks in a row, a cluster that hangs is told within 2 + 3 + 0.5 + 3 s. */
const ANSWER_MS = 3_000;
/** One small object, read from the store: that the server's port is open proves nothing of what is behind it. */
const ASKED = "/api/v1/namespaces/kube-system";

export interface AnswerDeps {
  readonly bus: Pick<Bus, "publish">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells whether one cluster answers, when that changes. */
export interface AnswerWatch {
  /** Tried and failed to reach it: tells why, once a cause. */
  failed(error: unknown): Promise<void>;
  /** Looks at it until the signal ends. */
  follow(kube: Pick<Kube, "transport">, signal: AbortSignal): Promise<void>;
}

const reasonOf = (cluster: string, error: unknown): Reason => {
  if (isApiError(error)) return explainClusterFailure(cluster, error);
  const message = `cluster ${cluster}: ${error instanceof Error ? error.message : String(error)}`;
  if (error instanceof KubeconfigRefused)
    return { code: "KubeconfigRefused", message, remedy: "correct the kubeconfig of this cluster" };
  if (error instanceof ConnectionUnavailable)
    return { code: "ConfigInvalid", message, remedy: "give the service what the Cluster's connection names" };
  return { code: "ApiUnavailable", message, remedy: "look at the API server" };
};

// A refusal is an answer, but of one who does not know us: 403 is, 401 is not.
const look = async (cluster: string, kube: Pick<Kube, "transport">, signal: AbortSignal): Promise<Look> => {
  try {
    const { status } = await kube.transport.request({ method: "GET", path: ASKED, deadlineMs: ANSWER_MS }, signal);
    if (status !== 401 && status < 500) return { kind: "answered" };
    const words = status === 401 ? "it refuses the credentials" : `it answers with status ${status}`;
    const failure = { errorClass: status === 401 ? "AUTH" : "TRANSIENT", message: words } as const;
    return { kind: "silent", reason: explainClusterFailure(cluster, failure) };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "silent", reason: reasonOf(cluster, error) };
  }
};

/** Watches whether a cluster answers, for one term of its lease. */
export const watchAnswers = (
  deps: AnswerDeps,
  { cluster, epoch }: { readonly cluster: string; readonly epoch: bigint },
): AnswerWatch => {
  let answers = noAnswers(deps.clock.now());
  const tell = async ({ since, unreachable }: AnswerChange): Promise<void> => {
    const at = deps.clock.now();
    const cause = sha256Hex(canonicalJson([epoch, unreachable?.code ?? "", since.getTime(), at.getTime()])).slice(
      0,
      32,
    );
    if (unreachable === undefined) deps.log.info("a cluster answers", { cluster });
    else deps.log.warn("a cluster does not answer", { cluster, code: unreachable.code, reason: unreachable.message });
    const fact: ClusterCondition = { cluster, unreachable, since, at, epoch, cause };
    await deps.bus.publish(flows.clusterCondition, fact);
  };
  const take = async (seen: Look): Promise<void> => {
    const judged = takeLook(answers, seen, deps.clock.now());
    // Told first: what was not published is tried again at the next look.
    if (judged.change !== undefined) await tell(judged.change);
    answers = judged.answers;
  };
  return {
    failed: async (error) => {
      const silent: Look = { kind: "silent", reason: reasonOf(cluster, error) };
      // Nothing was reached at all: that is no lost look.
      await take(silent);
      await take(silent);
    },
    async follow(kube, signal) {
      while (!signal.aborted) {
        const seen = await look(cluster, kube, signal);
        await take(seen).catch((error: unknown) => {
          if (!signal.aborted) deps.log.warn("whether a cluster answers could not be told", { cluster, error });
        });
        const isSure = seen.kind === "answered" || (answers.published ?? "") !== "";
        await deps.clock.sleep(isSure ? LOOK_MS : AGAIN_MS, signal);
      }
    },
  };
};
