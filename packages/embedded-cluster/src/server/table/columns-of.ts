import { readFileSync } from "node:fs";

import type { ValueMap } from "../../json.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import type { Call } from "../cluster-state.ts";
import { accessRows } from "./access-rows.ts";
import { autoscalerRow } from "./autoscaler-row.ts";
import { metaOf, nameOf, type RowCells } from "./cell-texts.ts";
import { coreRows } from "./core-rows.ts";
import { customColumns, customRow, definitionOf } from "./custom-columns.ts";
import { networkRows } from "./network-rows.ts";
import { podRow } from "./pod-row.ts";
import { storageRows } from "./storage-rows.ts";
import { workloadRows } from "./workload-rows.ts";

/** Column definitions of the built-in kinds, as a real server told them: by group, version and plural. */
const builtinColumns = JSON.parse(readFileSync(new URL("columns.json", import.meta.url), "utf8")) as Readonly<
  Record<string, readonly ValueMap[]>
>;

const rows: Readonly<Record<string, RowCells>> = {
  ...accessRows,
  ...coreRows,
  ...networkRows,
  ...storageRows,
  ...workloadRows,
  "/Pod": podRow,
  "autoscaling/HorizontalPodAutoscaler": autoscalerRow,
};

/** What a kind without a row of its own shows: when it was created, as it is. */
const plainRow: RowCells = (object) => [nameOf(object), textOf(metaOf(object)["creationTimestamp"])];

/** How objects of a kind are shown in a table. */
export interface TableColumns {
  readonly definitions: readonly ValueMap[];
  readonly cellsOf: RowCells;
}

const descriptionOf = (column: number): string => textOf(builtinColumns["/v1/configmaps"]?.[column]?.["description"]);

const NAME: ValueMap = {
  name: "Name",
  type: "string",
  format: "name",
  description: descriptionOf(0),
  priority: 0,
};
const AGE_DESCRIPTION = descriptionOf(2);

const definitionIn = (call: Call): Readonly<ValueMap> => {
  const name = `${call.kind.plural}.${call.kind.group}`;
  const key = { group: "apiextensions.k8s.io", plural: "customresourcedefinitions", namespace: "", name };
  return call.cluster.store.read(key) ?? {};
};

/** The columns of what a call asks for. */
export const columnsOf = (call: Call): TableColumns => {
  const { group, kind, plural, version } = call.kind;
  if (call.cluster.catalogue.isCustom(call.kind)) {
    const columns = customColumns(definitionIn(call), version, AGE_DESCRIPTION);
    return { definitions: [NAME, ...columns.map(definitionOf)], cellsOf: customRow(columns) };
  }
  return {
    definitions: builtinColumns[`${group}/${version}/${plural}`] ?? [],
    cellsOf: rows[`${group}/${kind}`] ?? plainRow,
  };
};
