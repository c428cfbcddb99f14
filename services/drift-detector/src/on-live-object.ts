import { refOf, splitApiVersion } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";

import type { KindHandler } from "./hear/watch-kinds.ts";
import type { ClusterInputs } from "./track/inputs.ts";
import type { Tracked } from "./track/tracked.ts";

/** Objects with our label that no inventory names yet: kept for a moment, since the inventory may be on its way. */
const UNCLAIMED_KEPT = 5_000;

/** What the cluster shows by itself. */
export interface LiveInput extends KindHandler {
  /** An object that no inventory named when it was seen. */
  readonly claim: (key: string) => KubeObject | undefined;
  /** Why the kind of an object cannot be watched; undefined where nothing is known, "" while it can. */
  blindOf(tracked: Tracked): string | undefined;
}

export const onLiveObject = ({ send, table, touch }: ClusterInputs): LiveInput => {
  const unclaimed = new Map<string, KubeObject>();
  const blind = new Map<string, string>();
  const kindKey = ({ group, kind }: { readonly group: string; readonly kind: string }): string => `${group}/${kind}`;

  const keep = (object: KubeObject): void => {
    unclaimed.set(formatRef(refOf(object)), object);
    const [oldest] = unclaimed.keys();
    if (unclaimed.size > UNCLAIMED_KEPT && oldest !== undefined) unclaimed.delete(oldest);
  };

  return {
    onObject: (object) => {
      const tracked = table.find(refOf(object));
      if (tracked === undefined) keep(object);
      else if (tracked.apiVersion === object.apiVersion) send(tracked, { kind: "seen", object });
    },
    onGone: ({ group, kind, version }, { namespace, name, object }) => {
      const ref = { group, kind, namespace, name };
      unclaimed.delete(formatRef(ref));
      const tracked = table.find(ref);
      if (tracked !== undefined && splitApiVersion(tracked.apiVersion).version === version)
        send(tracked, { kind: "left", last: object });
    },
    onListed: (kind) => {
      for (const unit of table.units()) {
        for (const tracked of unit.objects.values())
          if (kindKey(tracked.ref) === kindKey(kind)) send(tracked, { kind: "listed" });
        touch(unit);
      }
    },
    onBlind: (kind, why) => {
      if ((blind.get(kindKey(kind)) ?? "") === why) return;
      blind.set(kindKey(kind), why);
      for (const unit of table.units()) touch(unit);
    },
    claim: (key) => {
      const object = unclaimed.get(key);
      unclaimed.delete(key);
      return object;
    },
    blindOf: ({ ref }) => blind.get(kindKey(ref)),
  };
};
