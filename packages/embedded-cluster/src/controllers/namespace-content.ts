import type { LiveObject, ValueMap } from "../json.ts";
import { withCondition } from "./conditions.ts";
import { groupOf, remove, replace, resources } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { isEnding } from "./pods.ts";
import { timeText } from "./view.ts";
import { mapAt, mapsAt, textsAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

/** An object in a namespace that ends, with the name under which its kind is served. */
export interface Content {
  readonly plural: string;
  readonly object: LiveObject;
}

/** With the dot that the real controller also writes for the group without a name. */
const nameOf = ({ object, plural }: Content): string => `${plural}.${groupOf(object)}`;

const tally = (names: readonly string[], say: (name: string, count: number) => string): string => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => say(name, count))
    .join(", ");
};

/** What still is there and what holds it, in the words of the real controller. */
const conditionsOf = (namespace: LiveObject, contents: readonly Content[], now: string): ValueMap[] => {
  const holders = contents.flatMap(({ object }) => textsAt(object.metadata, "finalizers"));
  const rest = tally(contents.map(nameOf), (name, count) => `${name} has ${count} resource instances`);
  const held = tally(holders, (name, count) => `${name} in ${count} resource instances`);
  const rows: readonly (readonly [type: string, isTrue: boolean, reason: string, message: string])[] = [
    contents.length > 0
      ? ["NamespaceContentRemaining", true, "SomeResourcesRemain", `Some resources are remaining: ${rest}`]
      : ["NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed"],
    holders.length > 0
      ? [
          "NamespaceFinalizersRemaining",
          true,
          "SomeFinalizersRemain",
          `Some content in the namespace has finalizers remaining: ${held}`,
        ]
      : ["NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished"],
  ];
  return rows.reduce<ValueMap[]>(
    (list, [type, isTrue, reason, message]) => {
      const known = list.find((condition) => condition["type"] === type);
      const isNews = known !== undefined && known["message"] !== message;
      return withCondition(list, { type, status: isTrue ? "True" : "False", reason, message }, now, "none", isNews);
    },
    [...mapsAt(mapAt(namespace, "status"), "conditions")],
  );
};

/** A namespace that ends: everything in it is deleted, then the namespace lets go. */
export const decideNamespace = (namespace: LiveObject, contents: readonly Content[], nowMs: number): Decision => {
  if (!isEnding(namespace)) return { writes: [] };
  if (contents.length === 0) {
    const finalizers = textsAt(mapAt(namespace, "spec"), "finalizers").filter((name) => name !== "kubernetes");
    if (textsAt(mapAt(namespace, "spec"), "finalizers").length === finalizers.length) return { writes: [] };
    const spec = { ...mapAt(namespace, "spec"), finalizers };
    return { writes: [replace(resources.namespaces, { ...namespace, spec }, "finalize")] };
  }
  const status = {
    ...mapAt(namespace, "status"),
    phase: "Terminating",
    conditions: conditionsOf(namespace, contents, timeText(nowMs)),
  };
  const writes = contents
    .filter(({ object }) => !isEnding(object))
    .map(({ object, plural }) =>
      remove({ apiVersion: object.apiVersion, plural }, object, { propagationPolicy: "Background" }),
    );
  // Told only once nothing more can be deleted at once: what is left is held by somebody.
  if (writes.length > 0 || sameMeaning(status, mapAt(namespace, "status"))) return { writes };
  return { writes: [replace(resources.namespaces, { ...namespace, status }, "status")] };
};
