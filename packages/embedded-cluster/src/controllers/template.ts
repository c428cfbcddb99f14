import { canonicalJson } from "@evenkeel/resource";

import { asJson, copyOf } from "../json.ts";
import type { LiveObject, Value, ValueMap } from "../json.ts";
import { ensureMap, mapAt, mapIn, stringsAt, textAt } from "../reading.ts";

/** Letters and digits that cannot form words. */
const SAFE = "bcdfghjklmnpqrstvwxz2456789";

/** The only node there is: pods are on it from the start, as there is no scheduler. */
export const NODE = "embedded-node";

/** A short name for a value (FNV-1a of its canonical form); a real controller hashes Go's own printing, so its names differ. */
export const hashOf = (value: Value): string => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(canonicalJson(asJson(value)), "utf8")) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return Array.from(String(hash), (digit) => SAFE.charAt(digit.charCodeAt(0) % SAFE.length)).join("");
};

/** An ownerReference that makes `owner` the controller. */
export const controllerRef = (owner: LiveObject): ValueMap => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: textAt(owner.metadata, "name"),
  uid: textAt(owner.metadata, "uid"),
  controller: true,
  blockOwnerDeletion: true,
});

/** A pod as its owner's template says, with more labels; `name` or `generateName` come from `named`. */
export const podFrom = (owner: LiveObject, named: ValueMap, labels: Readonly<Record<string, string>>): ValueMap => {
  const template = mapIn(owner, "spec", "template") ?? {};
  const metadata = mapAt(template, "metadata");
  const pod: ValueMap = {
    metadata: {
      ...named,
      labels: { ...stringsAt(metadata, "labels"), ...labels },
      ...(mapAt(metadata, "annotations") === undefined
        ? {}
        : { annotations: { ...stringsAt(metadata, "annotations") } }),
      ownerReferences: [controllerRef(owner)],
    },
    spec: copyOf(mapAt(template, "spec") ?? {}),
  };
  const spec = ensureMap(pod, "spec");
  if (textAt(spec, "nodeName") === "") spec["nodeName"] = NODE;
  return pod;
};

/** `25%` or a count of `total`, rounded as told. */
export const resolveCount = (value: Value | undefined, total: number, round: "up" | "down"): number => {
  if (typeof value === "number") return value;
  const percent = typeof value === "string" ? Number.parseInt(value, 10) : 0;
  const exact = (total * (Number.isNaN(percent) ? 0 : percent)) / 100;
  return round === "up" ? Math.ceil(exact) : Math.floor(exact);
};
