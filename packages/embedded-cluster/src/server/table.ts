import { parseJson } from "@evenkeel/resource";

import type { LiveObject, Value, ValueMap } from "../json.ts";
import { textOf } from "../kinds/validation/read-value.ts";
import { metaOf, statusOf } from "./table/cell-texts.ts";
import { columnsOf, type TableColumns } from "./table/columns-of.ts";
import { podRowConditions } from "./table/pod-row.ts";
import type { Call } from "./cluster-state.ts";
import { badRequest } from "./status.ts";
import { toVersion } from "./versions.ts";

const INCLUDES: ReadonlySet<string> = new Set(["", "Metadata", "None", "Object"]);
const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** What a row tells of its object beside the cells. Throws the server's 400. */
export const includedObject = (call: Call): string => {
  const include = call.query.get("includeObject") ?? "";
  if (INCLUDES.has(include)) return include;
  const problem = `Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${problem}`);
};

/** The server prints its internal form, which has as a field what a DaemonSet's other versions have as an annotation. */
const withoutVersioned = (call: Call, metadata: Readonly<ValueMap>): Readonly<ValueMap> => {
  const { annotations, ...rest } = metadata;
  if (call.kind.kind !== "DaemonSet" || annotations === undefined) return metadata;
  const { [TEMPLATE_GENERATION]: _, ...kept } = annotations as ValueMap;
  return Object.keys(kept).length === 0 ? rest : { ...rest, annotations: kept };
};

const shownObject = (call: Call, object: LiveObject, apiVersion: string): Value => {
  const include = includedObject(call);
  const metadata = withoutVersioned(call, metaOf(object));
  const annotations = metadata["annotations"] as ValueMap | undefined;
  if (include === "Object") return toVersion(call.kind, object, call.kind.version);
  const ends = annotations?.[INITIAL_EVENTS_END] !== undefined;
  return include === "None" && !ends ? null : { kind: "PartialObjectMetadata", apiVersion, metadata };
};

const rowOf = (call: Call, { cellsOf }: TableColumns, json: string, apiVersion: string): ValueMap => {
  const object = parseJson(json) as LiveObject;
  // Built-in kinds are printed as they are stored, custom ones as they are asked for.
  const isCustom = call.cluster.catalogue.isCustom(call.kind);
  const printed = isCustom ? toVersion(call.kind, object, call.kind.version) : object;
  const cells = [...cellsOf(printed, { now: call.cluster.clock.now() })];
  const isPod = call.kind.group === "" && call.kind.kind === "Pod";
  const conditions = isPod ? podRowConditions[textOf(statusOf(object)["phase"])] : undefined;
  return {
    cells,
    ...(conditions === undefined ? {} : { conditions: [...conditions] }),
    object: shownObject(call, object, apiVersion),
  };
};

/**
 * Objects (as they are stored) as a meta.k8s.io Table, as the real server's printers make it: what `kubectl get` asks for. Wide
 * columns are always there; the client leaves them out. In a watch only the first event names the columns.
 */
export const tableOf = (
  items: readonly string[],
  metadata: ValueMap,
  call: Call,
  metaVersion: string,
  withColumns = true,
): ValueMap => {
  includedObject(call); // also where there is no row
  const columns = columnsOf(call);
  const apiVersion = `meta.k8s.io/${metaVersion}`;
  const rows = items.map((json) => rowOf(call, columns, json, apiVersion));
  return {
    kind: "Table",
    apiVersion,
    metadata,
    columnDefinitions: withColumns ? [...columns.definitions] : null,
    rows,
  };
};

/** One object as a Table. */
export const tableOfOne = (json: string, call: Call, metaVersion: string, withColumns = true): ValueMap => {
  const { metadata } = parseJson(json) as LiveObject;
  const version = metadata["resourceVersion"];
  return tableOf([json], version === undefined ? {} : { resourceVersion: version }, call, metaVersion, withColumns);
};
