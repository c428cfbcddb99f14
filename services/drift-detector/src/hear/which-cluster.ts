import type { Delivery, Latest } from "@evenkeel/bus";
import type { DesiredStateChanged, Inventory } from "@evenkeel/contracts";
import type { Cluster } from "@evenkeel/declarations";
import { OtherCluster, boundTo, isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { Logger } from "@evenkeel/telemetry";

import type { Bodies } from "./declared.ts";

/** The Cluster as the newest desired of its units was planned from; undefined: no such set is stored. */
export const declaredCluster = async (
  { desired, bodies }: { readonly desired: Latest<DesiredStateChanged>; readonly bodies: Bodies },
  cluster: string,
  signal: AbortSignal,
): Promise<Cluster | undefined> => {
  const [newest] = desired
    .all({ "unit.cluster": cluster })
    .toSorted((a, b) => Number((b.fact.version?.fleet ?? 0n) - (a.fact.version?.fleet ?? 0n)));
  return bodies.cluster(newest?.fact.declarationsDigest ?? "", cluster, signal);
};

/** UID of the API server; empty where it may not be read: then it is not told from another. */
export const uidOf = async (kube: Kube, signal: AbortSignal): Promise<string> => {
  try {
    return await kube.clusterUid(signal);
  } catch (error) {
    if (isApiError(error)) return "";
    throw error;
  }
};

/** The cluster that is watched: how it was reached, and which one it is. */
export interface WatchedCluster {
  readonly name: string;
  /** The connection, wherever it leads to. */
  readonly kube: Kube;
  readonly declared: Cluster;
  readonly uid: string;
}

/** The way to this very cluster: a call that would reach another is not sent, and `onOther` is told. Unknown: to whichever is there. */
export const wayTo = ({ kube, uid }: WatchedCluster, onOther: () => void): Kube =>
  uid === ""
    ? kube
    : boundTo(kube, uid, async (call) => {
        try {
          return await call();
        } catch (error) {
          if (error instanceof OtherCluster) onOther();
          throw error;
        }
      });

/** Tells when the watched cluster is not the one any more that its name stands for. */
export interface WhichCluster extends Disposable {
  /** Asks again which one it is, before what is gone is told as missing. Throws OtherCluster. */
  confirm(): Promise<void>;
  /** Whether an inventory is about the watched cluster; one that is not has it looked at again which one that is. */
  isAbout(inventory: Inventory | undefined): boolean;
}

export const watchWhich = (
  deps: { readonly desired: Latest<DesiredStateChanged>; readonly bodies: Bodies; readonly log: Logger },
  { name, kube, declared, uid }: WatchedCluster,
  onOther: () => void,
  signal: AbortSignal,
): WhichCluster => {
  const before = JSON.stringify(declared.spec.connection);
  let seen = "";
  const attempt = (work: Promise<boolean>): void =>
    void work.then(
      (isOther) => (isOther ? onOther() : undefined),
      (error: unknown) => {
        if (!signal.aborted) deps.log.warn("it is not known which cluster is watched", { cluster: name, error });
      },
    );
  const compare = async (): Promise<boolean> => {
    const now = await declaredCluster(deps, name, signal);
    return now !== undefined && JSON.stringify(now.spec.connection) !== before;
  };
  const onFact = ({ fact: { unit, declarationsDigest } }: Delivery<DesiredStateChanged>): void => {
    if (unit?.cluster !== name || declarationsDigest === seen) return;
    seen = declarationsDigest;
    attempt(compare());
  };
  const listening = deps.desired.onChange(onFact);
  attempt(compare()); // what came while the cluster was reached
  let asking: Promise<string> | undefined;
  /** One question at a time, however many objects are gone. */
  const ask = (): Promise<string> =>
    (asking ??= kube.clusterUid(signal).finally(() => {
      asking = undefined;
    }));
  return {
    confirm: async () => {
      if (uid === "") return;
      const found = await ask();
      if (found === uid) return;
      onOther();
      throw new OtherCluster(uid, found);
    },
    isAbout: (inventory) => {
      const about = inventory?.clusterUid ?? "";
      if (about === "" || uid === "" || about === uid) return true;
      if (asking === undefined) attempt(ask().then((found) => found !== uid));
      return false;
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
};
