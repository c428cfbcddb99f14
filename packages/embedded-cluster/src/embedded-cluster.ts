import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import { followAllocations } from "./server/allocations.ts";
import { apiHandler } from "./server/api-handler.ts";
import { bootstrap } from "./server/bootstrap.ts";
import { builtinKindIndex } from "./server/builtin-kinds.ts";
import { openCatalogue } from "./server/catalogue.ts";
import type { ClusterState } from "./server/cluster-state.ts";
import { followDefinitions } from "./server/custom-resources.ts";
import type { ApiHandler } from "./server/exchange.ts";
import type { AdmissionHook, Authorizer } from "./server/hooks.ts";
import { seededRandom } from "./server/random-names.ts";
import { seedOf } from "./server/seed.ts";
import { openStore } from "./store/open-store.ts";
import type { Journal } from "./store/journal.ts";
import type { Store } from "./store/store.ts";

export interface EmbeddedClusterOptions {
  /** For messages and the kubeconfig's context. */
  readonly name?: string;
  /** Seeds uids, generated names and addresses; clusters with different names differ anyhow. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** How many past events a watch can resume from. */
  readonly eventWindow?: number;
  /** Goes on with the state of an earlier run, and keeps this one's. */
  readonly journal?: Journal;
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

const VERSION = "v1.36.4-embedded";

const register = (hooks: AdmissionHook[], hook: AdmissionHook): (() => void) => {
  const own = { ...hook }; // the same hook may be registered twice
  hooks.push(own);
  return () => {
    const at = hooks.indexOf(own);
    if (at >= 0) hooks.splice(at, 1);
  };
};

/** A cluster with its system namespaces, and nothing that runs: requests are answered when they come. */
export const createEmbeddedCluster = (options: EmbeddedClusterOptions = {}): EmbeddedCluster => {
  const { clock = systemClock, name = "embedded", journal } = options;
  const store = openStore({ eventWindow: options.eventWindow });
  if (journal?.initial !== undefined) store.restore?.(journal.initial);
  journal?.follow(store);
  const mutating: AdmissionHook[] = [];
  const validating: AdmissionHook[] = [];
  let authorizer: Authorizer = () => true;
  const open = new AbortController();
  const state: ClusterState = {
    name,
    version: VERSION,
    store,
    clock,
    catalogue: openCatalogue(builtinKindIndex()),
    allocations: followAllocations(store),
    random: seededRandom(seedOf(name, (options.seed ?? 0) + store.revision())),
    mutating,
    validating,
    authorize: (question) => authorizer(question),
    unsettled: new WeakSet(),
    closed: open.signal,
  };
  if (journal?.initial === undefined) bootstrap(state);
  followDefinitions(state);
  return {
    name,
    version: VERSION,
    clock,
    store,
    handle: apiHandler(state),
    mutate: (hook) => register(mutating, hook),
    validate: (hook) => register(validating, hook),
    authorize: (next) => {
      authorizer = next;
    },
    [Symbol.asyncDispose]: async () => open.abort(),
  };
};
