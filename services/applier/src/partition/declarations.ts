import { createListeners, createMemo } from "@evenkeel/async";
import { readDeclarations } from "@evenkeel/artifacts";
import { appUid, targetsOf } from "@evenkeel/declarations";
import type { Application, Approval, Cluster, DeclarationSet } from "@evenkeel/declarations";

/** Bodies by content. */
export interface Bodies {
  get(key: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
}

/** What a unit's declarations say. */
export interface DeclaredUnit {
  readonly app: Application;
  readonly cluster: Cluster;
  readonly approvals: readonly Approval[];
}

export interface Declarations {
  /** The set of the newest fleet revision: an Approval counts from its first appearance, without a new version. */
  useNewest(digest: string): void;
  /**
   * The Application and Cluster of a unit in the set with this digest, with the Approvals of the newest set; undefined
   * where the set has no such unit. Throws BodyMissing.
   */
  find(
    digest: string,
    unit: { readonly app: string; readonly cluster: string },
    signal: AbortSignal,
  ): Promise<DeclaredUnit | undefined>;
  /** Whether the set has no app of this name, and one of another name with its UID on its cluster. Throws BodyMissing. */
  hasOtherName(
    digest: string,
    unit: { readonly app: string; readonly cluster: string; readonly appUid: string },
    signal: AbortSignal,
  ): Promise<boolean>;
  readonly appNamed: AppNamed;
  /** The apps that a set puts on a cluster, with their names there. Throws BodyMissing. */
  appsOn(digest: string, cluster: string, signal: AbortSignal): Promise<readonly AppOnCluster[]>;
  /** The clusters of the newest set; none before there is one. Throws BodyMissing. */
  newestClusters(signal: AbortSignal): Promise<readonly Cluster[]>;
  /** Calls back at each newest set until the signal ends. */
  onNewest(listener: () => void, signal: AbortSignal): void;
}

/** An app on a cluster. */
export interface AppOnCluster {
  readonly unit: { readonly cluster: string; readonly app: string; readonly appUid: string };
  readonly app: Application;
  /** Fleet seq at which what makes the unit last changed. */
  readonly changedAt: bigint;
}

/** Name of the app that has this UID on a cluster by a set; undefined: none. Throws BodyMissing. */
export type AppNamed = (
  digest: string,
  unit: { readonly cluster: string; readonly appUid: string },
  signal: AbortSignal,
) => Promise<string | undefined>;

/** A body that a fact names is not there (yet, or any more). */
export class BodyMissing extends Error {
  override readonly name = "BodyMissing";
  readonly passing = true;
}

const KEPT = 8;

interface Indexed {
  readonly apps: ReadonlyMap<string, Application>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly approvals: readonly Approval[];
}

const indexed = (set: DeclarationSet): Indexed => ({
  apps: new Map(set.applications.map((app) => [app.metadata.name, app])),
  clusters: new Map(set.clusters.map((cluster) => [cluster.metadata.name, cluster])),
  approvals: set.approvals,
});

/** Declaration sets by digest; the few last used ones are kept, since all units of a fleet revision share one. */
export const openDeclarations = (bodies: Bodies, installation: string): Declarations => {
  const sets = createMemo<string, Indexed>({ most: KEPT });
  const load = async (digest: string, signal: AbortSignal): Promise<Indexed> => {
    const set = await readDeclarations(bodies, digest, signal);
    if (set === undefined) throw new BodyMissing(`declaration set ${digest} is not stored`);
    return indexed(set);
  };
  const setOf = (digest: string, signal: AbortSignal): Promise<Indexed> => sets.get(digest, () => load(digest, signal));
  const appsOn: Declarations["appsOn"] = async (digest, cluster, signal) => {
    const { apps, clusters } = await setOf(digest, signal);
    const all = [...clusters.values()];
    const movedAt = clusters.get(cluster)?.changedAt ?? 0;
    return [...apps.values()].flatMap((app) => {
      if (!targetsOf(app, all).includes(cluster)) return [];
      const unit = { cluster, app: app.metadata.name, appUid: appUid(installation, app.spec.id) };
      return [{ app, unit, changedAt: BigInt(Math.max(app.changedAt, app.selectedAt, movedAt)) }];
    });
  };
  const appNamed: AppNamed = async (digest, { cluster, appUid: uid }, signal) =>
    (await appsOn(digest, cluster, signal)).find(({ unit }) => unit.appUid === uid)?.unit.app;
  let newest: string | undefined;
  const listeners = createListeners();
  return {
    useNewest: (digest) => {
      newest = digest;
      listeners.tell();
    },
    newestClusters: async (signal) =>
      newest === undefined ? [] : [...(await setOf(newest, signal)).clusters.values()],
    onNewest: (listener, signal) => void listeners.add(listener, signal),
    find: async (digest, unit, signal) => {
      const set = await setOf(digest, signal);
      const app = set.apps.get(unit.app);
      const cluster = set.clusters.get(unit.cluster);
      if (app === undefined || cluster === undefined) return undefined;
      const { approvals: declared } = newest === undefined ? set : await setOf(newest, signal).catch(() => set);
      const approvals = declared.filter(({ spec }) => spec.unit.app === unit.app && spec.unit.cluster === unit.cluster);
      return { app, cluster, approvals };
    },
    hasOtherName: async (digest, unit, signal) =>
      !(await setOf(digest, signal)).apps.has(unit.app) && (await appNamed(digest, unit, signal)) !== undefined,
    appNamed,
    appsOn,
  };
};
