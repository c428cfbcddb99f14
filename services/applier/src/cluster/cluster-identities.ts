import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { buckets } from "@evenkeel/contracts";
import type { Kube } from "@evenkeel/kube";
import type { Clock } from "@evenkeel/machine";

import { readAnchors } from "./anchor-store.ts";

/** Another Cluster has the same API server: what one of them applied, the other would take for its own. */
export class ClusterTaken extends Error {
  override readonly name = "ClusterTaken";
}

/** Which Cluster an API server belongs to. A cluster is its kube-system namespace: addresses and names may change. */
export interface ClusterIdentities {
  /** UID of the API server, which belongs to this Cluster alone. Throws ClusterTaken, ApiError. */
  of(cluster: string, kube: Kube, signal: AbortSignal): Promise<string>;
}

export interface IdentityDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  /** Whether the newest fleet revision has a Cluster of this name. */
  readonly isDeclared: (cluster: string, signal: AbortSignal) => Promise<boolean>;
}

/** How long it is not asked again whose an API server is. */
const FRESH_MS = 5_000;

export const openClusterIdentities = ({ bus, clock, isDeclared }: IdentityDeps): ClusterIdentities => {
  const bucket = bus.ownState(buckets.clusterIdentity);
  const uids = new WeakMap<Kube, Promise<string>>();
  const known = new Map<string, { readonly cluster: string; readonly at: number }>();

  const uidOf = (kube: Kube, signal: AbortSignal): Promise<string> => {
    const found = uids.get(kube);
    if (found !== undefined) return found;
    const reading = kube.clusterUid(signal);
    uids.set(kube, reading);
    reading.catch(() => uids.delete(kube));
    return reading;
  };
  /** A Cluster that points elsewhere now lets go of the API server that it had before. */
  const letGo = async (cluster: string, uid: string, signal: AbortSignal): Promise<void> => {
    for (const key of await bucket.keys({}, signal)) {
      const found = await bucket.get(key, signal);
      if (found?.value?.cluster !== cluster || found.value.uid === uid) continue;
      await bucket.delete(key, found.revision, signal).catch((error: unknown) => {
        if (!(error instanceof BusConflict)) throw error;
      });
    }
  };
  const taken = (cluster: string, other: string, uid: string): ClusterTaken =>
    new ClusterTaken(
      `Cluster ${cluster} is the API server of Cluster ${other} (uid of its kube-system namespace: ${uid})`,
    );
  /** A bus that was made anew knows nobody: then the anchors say whose the API server was. */
  const anchoredAs = async (cluster: string, kube: Kube, signal: AbortSignal): Promise<string | undefined> => {
    for (const anchor of await readAnchors(kube, bus.installation, signal)) {
      const isOther = anchor.cluster !== "" && anchor.cluster !== cluster;
      if (isOther && (await isDeclared(anchor.cluster, signal))) return anchor.cluster;
    }
    return undefined;
  };
  const register = async (cluster: string, uid: string, kube: Kube, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const found = await bucket.get({ uid }, signal);
      const holder = found?.value?.cluster;
      if (holder === cluster) return;
      if (holder !== undefined && (await isDeclared(holder, signal))) throw taken(cluster, holder, uid);
      const anchored = holder === undefined ? await anchoredAs(cluster, kube, signal) : undefined;
      if (anchored !== undefined) throw taken(cluster, anchored, uid);
      const value = { uid, cluster };
      try {
        await (found === undefined
          ? bucket.create({ uid }, value, signal)
          : bucket.update({ uid }, value, found.revision, signal));
        return await letGo(cluster, uid, signal);
      } catch (error) {
        if (!(error instanceof BusConflict)) throw error;
      }
    }
  };
  return {
    of: async (cluster, kube, signal) => {
      const uid = await uidOf(kube, signal);
      const seen = known.get(uid);
      if (seen?.cluster === cluster && clock.monotonic() - seen.at < FRESH_MS) return uid;
      await register(cluster, uid, kube, signal);
      known.set(uid, { cluster, at: clock.monotonic() });
      return uid;
    },
  };
};
