import type { KubeTransport } from "@evenkeel/kube";

import type { Clock } from "./clock.ts";
import type { ApiHandler, ApiUser } from "./server/exchange.ts";
import type { AdmissionHook, Authorizer } from "./server/hooks.ts";
import type { Store } from "./store/store.ts";

export interface EmbeddedClusterOptions {
  /** For messages and the kubeconfig's context. */
  readonly name?: string;
  /** Seeds uids, generated names and addresses; clusters with different names differ anyhow. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** How many past events a watch can resume from. */
  readonly eventWindow?: number;
}

/** An in-process Kubernetes API: no process, no etcd, no kubelet. Its fronts, controllers and faults are put around it. */
export interface EmbeddedCluster extends AsyncDisposable {
  readonly name: string;
  /** `v1.36.4-embedded...`: says what it is. */
  readonly version: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly handle: ApiHandler;
  /** Mutating hooks run after field management, in order of registration; the returned function removes the hook. */
  mutate(hook: AdmissionHook): () => void;
  validate(hook: AdmissionHook): () => void;
  authorize(authorizer: Authorizer): void;
}

/** The front without a socket: same handler, same bytes. */
export type OpenInProcess = (cluster: Pick<EmbeddedCluster, "handle">, user?: ApiUser) => KubeTransport;
