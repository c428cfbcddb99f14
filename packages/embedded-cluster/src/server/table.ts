import { parseJson } from "@evenkeel/resource";

import type { LiveObject, Value, ValueMap } from "../json.ts";
import type { Call } from "./cluster-state.ts";
import { badRequest } from "./status.ts";
import { columnsOf } from "./table-rows.ts";
import { toVersion } from "./versions.ts";
import { mapAt } from "../reading.ts";

const INCLUDES: ReadonlySet<string> = new Set(["", "Metadata", "None", "Object"]);
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** What a row tells of its object beside the cells. Throws the server's 400. */
export const includedObject = (call: Call): string => {
  const include = call.query.get("includeObject") ?? "";
  if (INCLUDES.has(include)) return include;
  const problem = `Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${problem}`);
};

const shownObject = (call: Call, object: LiveObject, apiVersion: string): Value => {
  const include = includedObject(call);
  if (include === "Object") return toVersion(call.kind, object, call.kind.version);
  const ends = mapAt(object.metadata, "annotations")?.[INITIAL_EVENTS_END] !== undefined;
  return include === "None" && !ends ? null : { kind: "PartialObjectMetadata", apiVersion, metadata: object.metadata };
};

/**
 * Objects (as they are stored) as a meta.k8s.io Table, what `kubectl get` asks for: the commonest columns of the commonest
 * kinds, name and age of the others. In a watch only the first event names the columns.
 */
export const tableOf = (
  items: readonly string[],
  metadata: ValueMap,
  call: Call,
  metaVersion: string,
  withColumns = true,
): ValueMap => {
  includedObject(call); // also where there is no row
  const { cellsOf, definitions } = columnsOf(call.kind.group, call.kind.kind);
  const apiVersion = `meta.k8s.io/${metaVersion}`;
  const rows = items.map((json): ValueMap => {
    const object = parseJson(json) as LiveObject;
    return { cells: cellsOf(object, call.cluster.clock.now()), object: shownObject(call, object, apiVersion) };
  });
  return {
    kind: "Table",
    apiVersion,
    metadata,
    columnDefinitions: withColumns ? [...definitions] : null,
    rows,
  };
};

/** One object as a Table. */
export const tableOfOne = (json: string, call: Call, metaVersion: string, withColumns = true): ValueMap => {
  const { metadata } = parseJson(json) as LiveObject;
  const version = metadata["resourceVersion"];
  return tableOf([json], version === undefined ? {} : { resourceVersion: version }, call, metaVersion, withColumns);
};
