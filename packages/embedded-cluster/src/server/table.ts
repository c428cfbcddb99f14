import { parseJson } from "@evenkeel/resource";

import type { LiveObject, Value, ValueMap } from "../json.ts";
import type { Call } from "./cluster-state.ts";
import { columnsOf } from "./table-rows.ts";
import { toVersion } from "./versions.ts";
import { mapAt } from "../reading.ts";

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** What a row tells of its object beside the cells. */
const shownObject = (call: Call, object: LiveObject): Value => {
  const include = call.query.get("includeObject");
  if (include === "Object") return toVersion(call.kind, object, call.kind.version);
  const ends = mapAt(object.metadata, "annotations")?.[INITIAL_EVENTS_END] !== undefined;
  if (include === "None" && !ends) return null;
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
};

/**
 * Objects (as they are stored) as a meta.k8s.io Table, what `kubectl get` asks for: the commonest columns of the commonest
 * kinds, name and age of the others. In a watch only the first event names the columns.
 */
export const tableOf = (items: readonly string[], metadata: ValueMap, call: Call, withColumns = true): ValueMap => {
  const { cellsOf, definitions } = columnsOf(call.kind.group, call.kind.kind);
  const rows = items.map((json): ValueMap => {
    const object = parseJson(json) as LiveObject;
    return { cells: cellsOf(object, call.cluster.clock.now().getTime()), object: shownObject(call, object) };
  });
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: withColumns ? [...definitions] : null,
    rows,
  };
};

/** One object as a Table. */
export const tableOfOne = (json: string, call: Call, withColumns = true): ValueMap => {
  const { metadata } = parseJson(json) as LiveObject;
  const version = metadata["resourceVersion"];
  return tableOf([json], version === undefined ? {} : { resourceVersion: version }, call, withColumns);
};
