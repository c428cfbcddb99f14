import { copyOf } from "../json.ts";
import type { LiveObject, ValueMap } from "../json.ts";
import { create, remove, replace, resources } from "./decision.ts";
import type { Write } from "./decision.ts";
import { controllerRef, hashOf } from "./template.ts";
import { mapIn, numberAt, stringsAt, textAt } from "../reading.ts";

export const REVISION_HASH = "controller-revision-hash";
/** What a revision itself is labelled with; a DaemonSet's carries the label of its pods. */
const OWN_HASH: Readonly<Record<string, string>> = { StatefulSet: "controller.kubernetes.io/hash" };

/** The revision of a StatefulSet's or DaemonSet's template, and what to write so that it is the newest there is. */
export interface Revision {
  readonly name: string;
  /** The label of its pods: the whole name for a StatefulSet, the hash alone for a DaemonSet. */
  readonly hash: string;
  readonly writes: readonly Write[];
}

const numberOf = (revision: LiveObject): number => numberAt(revision, "revision") ?? 0;

const newRevision = (owner: LiveObject, name: string, hash: string, revision: number): ValueMap => {
  const template = copyOf(mapIn(owner, "spec", "template") ?? {});
  return {
    metadata: {
      name,
      labels: {
        ...stringsAt(mapIn(owner, "spec", "template", "metadata"), "labels"),
        [OWN_HASH[owner.kind] ?? REVISION_HASH]: hash,
      },
      ownerReferences: [controllerRef(owner)],
    },
    data: { spec: { template: { ...template, $patch: "replace" } } },
    revision,
  };
};

/** Names the revision of the present template; older ones beyond the history limit and not in `used` go. */
export const revisionOf = (owner: LiveObject, known: readonly LiveObject[], used: ReadonlySet<string>): Revision => {
  const hash = hashOf(mapIn(owner, "spec", "template") ?? {});
  const name = `${textAt(owner.metadata, "name")}-${hash}`;
  const namespace = textAt(owner.metadata, "namespace");
  const sorted = known.toSorted((a, b) => numberOf(a) - numberOf(b));
  const own = sorted.find((revision) => textAt(revision.metadata, "name") === name);
  const newest = sorted.at(-1);
  const next = newest === undefined ? 1 : numberOf(newest) + 1;
  const writes: Write[] = [];
  if (own === undefined) {
    writes.push(create(resources.controllerRevisions, namespace, newRevision(owner, name, hash, next)));
  } else if (own !== newest) {
    writes.push(replace(resources.controllerRevisions, { ...own, revision: next })); // back to an earlier template
  }
  const limit = numberAt(mapIn(owner, "spec"), "revisionHistoryLimit") ?? 10;
  const unused = sorted.filter((revision) => revision !== own && !used.has(textAt(revision.metadata, "name")));
  const old = unused.slice(0, Math.max(0, unused.length - limit));
  return { name, hash, writes: [...writes, ...old.map((revision) => remove(resources.controllerRevisions, revision))] };
};
