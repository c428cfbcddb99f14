import type { Clock } from "@evenkeel/machine";
import type { LiveObject } from "../json.ts";
import type { Store } from "../store/store.ts";
import { groupOf } from "./decision.ts";
import type { Resource } from "./decision.ts";
import type { OwnerIndex } from "./owner-index.ts";
import { textAt } from "../reading.ts";

/** All that a controller sees when it looks: its own copies, as of now. */
export interface View {
  /** Milliseconds of the cluster's clock. */
  readonly nowMs: number;
  readonly read: (resource: Resource, namespace: string, name: string) => LiveObject | undefined;
  readonly list: (resource: Resource, namespace: string) => readonly LiveObject[];
  /** The objects of a resource that name `owner` in their ownerReferences. */
  readonly owned: (resource: Resource, owner: LiveObject) => readonly LiveObject[];
  /** Milliseconds since this key was first looked at under this token; another token starts anew. */
  readonly sinceMs: (token: string) => number;
  /** What the last write for this key was refused with; `undefined` when it was not. */
  readonly refusal: string | undefined;
}

/** RFC 3339, whole seconds, UTC, as the API writes times. */
export const timeText = (ms: number): string =>
  `${new Date(Math.floor(ms / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;

export const listIn = (store: Store, resource: Resource, namespace: string): readonly LiveObject[] =>
  store.list(groupOf(resource), resource.plural, namespace).flatMap(({ key }) => store.read(key) ?? []);

/** Views of a cluster for the keys of its controllers; `owned` gives nothing where no owners are kept. */
export const openViews = (store: Store, clock: Clock, owners: OwnerIndex | undefined) => {
  const firstSeen = new Map<string, { readonly token: string; readonly at: number }>();
  const viewOf = (id: string, refusal: string | undefined): View => ({
    nowMs: clock.now().getTime(),
    read: (resource, namespace, name) =>
      store.read({ group: groupOf(resource), plural: resource.plural, namespace, name }),
    list: (resource, namespace) => listIn(store, resource, namespace),
    owned: (resource, owner) =>
      (owners?.dependents(textAt(owner.metadata, "uid")) ?? [])
        .filter(({ group, plural }) => plural === resource.plural && group === groupOf(resource))
        .flatMap((key) => store.read(key) ?? []),
    sinceMs: (token) => {
      const known = firstSeen.get(id);
      if (known?.token === token) return clock.now().getTime() - known.at;
      firstSeen.set(id, { token, at: clock.now().getTime() });
      return 0;
    },
    refusal,
  });
  return { viewOf, forget: (id: string) => void firstSeen.delete(id) };
};
