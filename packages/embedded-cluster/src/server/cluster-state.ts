import type { Clock } from "@evenkeel/machine";
import type { ServedKind } from "../kinds/kind-strategy.ts";
import type { Store, Stored } from "../store/store.ts";
import type { Allocations } from "./allocations.ts";
import type { Catalogue } from "./catalogue.ts";
import type { ApiRequest, ApiUser } from "./exchange.ts";
import type { AdmissionHook, Authorizer } from "./hooks.ts";
import type { GroupResource } from "./status.ts";

/** All that the request pipeline knows of its cluster. */
export interface ClusterState {
  readonly name: string;
  readonly version: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly allocations: Allocations;
  /** From the cluster's seed. */
  readonly random: () => number;
  readonly mutating: readonly AdmissionHook[];
  readonly validating: readonly AdmissionHook[];
  readonly authorize: Authorizer;
  /** Stored objects that read otherwise than they are stored: their next write is one even if it changes nothing. */
  readonly unsettled: WeakSet<Stored>;
  /** Aborted when the cluster is disposed of: watches end then. */
  readonly closed: AbortSignal;
}

/** One request for a resource, once it is known what it means. */
export interface Call {
  readonly cluster: ClusterState;
  readonly request: ApiRequest;
  readonly query: URLSearchParams;
  readonly kind: ServedKind;
  readonly resource: GroupResource;
  /** "" for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly user: ApiUser;
  /** Texts of the `Warning` headers so far. */
  readonly warnings: string[];
}

/** RFC 3339, whole seconds, UTC. */
export const nowOf = (cluster: ClusterState): string => timeText(cluster.clock.now().getTime());

/** Milliseconds since the epoch as the API server writes a time. */
export const timeText = (ms: number): string => `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
