import { type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid } from "../../kinds/field-error.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import { defaultRules } from "./default-rules.ts";
import { openApiRules } from "./openapi-rules.ts";
import { fieldsSet, printSchema } from "./print-internal.ts";
import { canBeStructural, structuralRules } from "./structural-rules.ts";

/** Go names of what may stand at the root beside a status subresource, which is validated by `properties.status` alone. */
const allowedAtRoot: readonly string[] = [
  "Description",
  "Type",
  "Format",
  "Title",
  "Maximum",
  "ExclusiveMaximum",
  "Minimum",
  "ExclusiveMinimum",
  "MaxLength",
  "MinLength",
  "Pattern",
  "MaxItems",
  "MinItems",
  "UniqueItems",
  "MultipleOf",
  "Required",
  "Items",
  "Properties",
  "ExternalDocs",
  "Example",
  "XPreserveUnknownFields",
  "XValidations",
];

const rootRules = (schema: ValueMap, path: string): readonly FieldError[] => {
  for (const name of fieldsSet(schema)) {
    const type = textOf(schema["type"]);
    if (name === "Type") {
      const text =
        'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      if (type !== "object") return [invalid(`${path}.type`, type, text)];
    } else if (!allowedAtRoot.includes(name)) {
      const text = `only [${allowedAtRoot.join(" ")}] fields are allowed at the root of the schema if the status subresource is enabled`;
      return [invalid(path, printSchema(schema), text)];
    }
  }
  return [];
};

const structureRules = (schema: ValueMap, path: string): readonly FieldError[] => {
  if (!canBeStructural(schema)) return [];
  const errors = structuralRules(schema, path);
  return errors.length > 0 ? errors : defaultRules(schema, path);
};

/** All rules of one `openAPIV3Schema`; `path` is that of its holder. */
export const schemaRules = (
  schema: ValueMap | undefined,
  hasStatus: boolean,
  holder: string,
): readonly FieldError[] => {
  if (schema === undefined) return [];
  const path = `${holder}.openAPIV3Schema`;
  return [
    ...(hasStatus ? rootRules(schema, path) : []),
    ...(schema["nullable"] === true ? [forbidden(`${path}.nullable`, "nullable cannot be true at the root")] : []),
    ...structureRules(schema, path),
    ...openApiRules(schema, path),
  ];
};
