import { isMap, type ValueMap } from "../../json.ts";
import { duplicate, type FieldError, invalid, required } from "../../kinds/field-error.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import type { InternalVersion, PerVersion } from "./internal-spec.ts";
import { schemaAt } from "./schema-parts.ts";

const simplePath = (path: string, field: string): readonly FieldError[] =>
  path.startsWith(".") ? [] : [invalid(field, path, "must be a simple json path starting with .")];

const scalePath = (path: string, field: string, roots: readonly string[], where: string): readonly FieldError[] => {
  const errors = simplePath(path, field);
  if (errors.length > 0 || roots.some((root) => path.startsWith(root))) return errors;
  return [invalid(field, path, `should be a json path under ${where}`)];
};

export const subresourceRules = (subresources: ValueMap | undefined, path: string): readonly FieldError[] => {
  const scale = subresources?.["scale"];
  if (!isMap(scale)) return [];
  const spec = textOf(scale["specReplicasPath"]);
  const status = textOf(scale["statusReplicasPath"]);
  const selector = textOf(scale["labelSelectorPath"]);
  const at = `${path}.scale`;
  return [
    ...(spec === ""
      ? [required(`${at}.specReplicasPath`)]
      : scalePath(spec, `${at}.specReplicasPath`, [".spec."], ".spec")),
    ...(status === ""
      ? [required(`${at}.statusReplicasPath`)]
      : scalePath(status, `${at}.statusReplicasPath`, [".status."], ".status")),
    ...(selector === ""
      ? []
      : scalePath(selector, `${at}.labelSelectorPath`, [".spec.", ".status."], "either .spec or .status")),
  ];
};

const columnTypes = ["boolean", "date", "integer", "number", "string"];
const columnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

export const columnRules = (columns: readonly ValueMap[], path: string): readonly FieldError[] =>
  columns.flatMap((column, index) => {
    const at = `${path}[${index}]`;
    const type = textOf(column["type"]);
    const format = textOf(column["format"]);
    const jsonPath = textOf(column["jsonPath"]);
    const types = `must be one of ${columnTypes.join(",")}`;
    const errors: FieldError[] = [];
    if (textOf(column["name"]) === "") errors.push(required(`${at}.name`));
    if (type === "") errors.push(required(`${at}.type`, types));
    else if (!columnTypes.includes(type)) errors.push(invalid(`${at}.type`, type, types));
    if (format !== "" && !columnFormats.includes(format))
      errors.push(invalid(`${at}.format`, format, `must be one of ${columnFormats.join(",")}`));
    if (jsonPath === "") errors.push(required(`${at}.JSONPath`));
    else errors.push(...simplePath(jsonPath, `${at}.JSONPath`));
    return errors;
  });

const mostSelectable = 8;

const schemaAtPath = (root: ValueMap | undefined, path: string): ValueMap | undefined => {
  let schema = root;
  for (const name of path.replace(/^\./, "").split(".")) {
    if (schema === undefined) return undefined;
    schema = schemaAt(schemaAt(schema, "properties") ?? {}, name) ?? schemaAt(schema, "additionalProperties");
  }
  return schema;
};

export const selectableFieldRules = (
  fields: readonly ValueMap[],
  schema: ValueMap | undefined,
  path: string,
): readonly FieldError[] => {
  const seen = new Set<string>();
  const errors = fields.flatMap((each, index): readonly FieldError[] => {
    const jsonPath = textOf(each["jsonPath"]);
    const at = `${path}[${index}].jsonPath`;
    if (jsonPath === "") return [required(at)];
    const found = schemaAtPath(schema, jsonPath);
    if (found === undefined) return [invalid(at, jsonPath, "is an invalid path: does not refer to a valid field")];
    const own: FieldError[] = [];
    if (jsonPath.startsWith(".metadata")) own.push(invalid(at, jsonPath, "must not point to fields in metadata"));
    if (!["string", "boolean", "integer"].includes(textOf(found["type"])))
      own.push(
        invalid(
          at,
          jsonPath,
          "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.",
        ),
      );
    if (seen.has(jsonPath)) own.push(duplicate(at, jsonPath));
    seen.add(jsonPath);
    return own;
  });
  if (seen.size <= mostSelectable) return errors;
  return [
    ...errors,
    {
      type: "FieldValueTooMany",
      field: path,
      badValue: seen.size,
      detail: `must have at most ${mostSelectable} items`,
    },
  ];
};

/** What a version says of its own end. */
export const deprecationRules = (version: InternalVersion, path: string): readonly FieldError[] => {
  const warning = version.deprecationWarning;
  if (warning === undefined) return [];
  const texts: string[] = [];
  if (!version.deprecated) texts.push("can only be set for deprecated versions");
  else {
    if (Buffer.byteLength(warning) > 256) texts.push("must be <= 256 characters long");
    if (warning === "") texts.push("must not be an empty string");
    const odd = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(warning);
    if (odd !== null)
      texts.push(
        `must only contain printable UTF-8 characters; non-printable character found at index ${Buffer.byteLength(warning.slice(0, odd.index))}`,
      );
  }
  return texts.map((text) => invalid(`${path}.deprecationWarning`, warning, text));
};

export const hasStatus = (part: PerVersion): boolean => isMap(part.subresources?.["status"]);

/** Every version's own rules, or those of the part that all share. */
export const validationsOf = (part: PerVersion): ValueMap | undefined => {
  const schema = part.validation?.["openAPIV3Schema"];
  return isMap(schema) ? schema : undefined;
};
