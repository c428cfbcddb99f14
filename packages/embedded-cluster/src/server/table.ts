import { parseJson } from "@evenkeel/resource";

import { type Value, type ValueMap, isMap } from "../json.ts";
import type { Call } from "./cluster-state.ts";

const COLUMNS: readonly ValueMap[] = [
  {
    name: "Name",
    type: "string",
    format: "name",
    description: "Name must be unique within a namespace.",
    priority: 0,
  },
  { name: "Age", type: "date", format: "", description: "Time since the object was made.", priority: 0 },
];

/** Whole units as kubectl shows them. */
const age = (from: Value | undefined, now: number): string => {
  const since = typeof from === "string" ? Date.parse(from) : Number.NaN;
  if (Number.isNaN(since)) return "<unknown>";
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
};

/** Objects as a meta.k8s.io Table of NAME and AGE: what `kubectl get` asks for. */
export const tableOf = (items: readonly string[], metadata: ValueMap, call: Call, metaVersion: string): ValueMap => {
  const include = call.query.get("includeObject") ?? "Metadata";
  const apiVersion = `meta.k8s.io/${metaVersion}`;
  const rows = items.map((json): ValueMap => {
    const object = parseJson(json) as ValueMap;
    const meta = isMap(object["metadata"]) ? object["metadata"] : {};
    const cells: Value[] = [meta["name"] ?? "", age(meta["creationTimestamp"], call.cluster.clock.now())];
    if (include === "None") return { cells, object: null };
    if (include === "Object") return { cells, object };
    return { cells, object: { kind: "PartialObjectMetadata", apiVersion, metadata: meta } };
  });
  return { kind: "Table", apiVersion, metadata, columnDefinitions: [...COLUMNS], rows };
};
