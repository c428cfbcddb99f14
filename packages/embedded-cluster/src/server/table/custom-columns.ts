import { canonicalJson } from "@evenkeel/resource";

import { asJson, type Value, type ValueMap } from "../../json.ts";
import { fieldsOf, numberOf, structsOf, textOf } from "../../kinds/validation/read-value.ts";
import { nameOf, type RowCells, type RowContext, since } from "./cell-texts.ts";
import { valueAtPath } from "./column-path.ts";

/** A column that a CustomResourceDefinition names for its objects. */
interface CustomColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  readonly path: string;
}

const AGE = ".metadata.creationTimestamp";

const columnIn = (column: Readonly<ValueMap>): CustomColumn => {
  const path = textOf(column["jsonPath"]);
  const given = textOf(column["description"]);
  return {
    name: textOf(column["name"]),
    type: textOf(column["type"]),
    format: textOf(column["format"]),
    description: given === "" ? `Custom resource definition column (in JSONPath format): ${path}` : given,
    priority: numberOf(column["priority"]),
    path,
  };
};

/** The columns of a version of a definition; without any it shows the age. */
export const customColumns = (
  definition: Readonly<ValueMap>,
  version: string,
  ageDescription: string,
): readonly CustomColumn[] => {
  const versions = structsOf(fieldsOf(definition["spec"])["versions"]);
  const served = versions.find((each) => each["name"] === version);
  const columns = structsOf(served?.["additionalPrinterColumns"]);
  if (columns.length > 0) return columns.map(columnIn);
  return [{ name: "Age", type: "date", format: "", description: ageDescription, priority: 0, path: AGE }];
};

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

const dateCell = (value: Value, context: RowContext): Value => {
  if (typeof value !== "string") return null;
  return value === "" || RFC_3339.test(value) ? since(value, context) : "<invalid>";
};

const numberCell = (value: Value, isWhole: boolean): Value => {
  if (typeof value === "bigint") return value;
  if (typeof value !== "number") return null;
  return isWhole ? Math.trunc(value) : value;
};

/** A value in the type of its column; null where it has another. */
const cellOf = (value: Value | undefined, type: string, context: RowContext): Value => {
  if (value === undefined) return null;
  if (value === null) return type === "string" ? "<no value>" : null;
  switch (type) {
    case "string":
      return typeof value === "object" ? canonicalJson(asJson(value)) : String(value);
    case "integer":
    case "number":
      return numberCell(value, type === "integer");
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return dateCell(value, context);
    default:
      return null;
  }
};

/** The cells that such columns have. */
export const customRow =
  (columns: readonly CustomColumn[]): RowCells =>
  (object, context) => [
    nameOf(object),
    ...columns.map(({ path, type }) => cellOf(valueAtPath(object as ValueMap, path), type, context)),
  ];

/** The column as the table names it. */
export const definitionOf = ({ description, format, name, priority, type }: CustomColumn): ValueMap => ({
  name,
  type,
  format,
  description,
  priority,
});
