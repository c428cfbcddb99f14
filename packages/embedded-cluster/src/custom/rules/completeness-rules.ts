import { type ValueMap } from "../../json.ts";
import { type FieldError, required } from "../../kinds/field-error.ts";
import { listedSchemas, namedSchemas, schemaAt } from "./schema-parts.ts";

/** Where a validation lies, beside the place of the structure that it is about. */
interface Places {
  readonly structure: string;
  readonly validation: string;
}

/** Whatever is validated below a logical junctor must be in the structural part as well. */
export const completenessRules = (schema: ValueMap, path: string): readonly FieldError[] =>
  junctors(schema, schema, { structure: path, validation: path });

const junctors = (validation: ValueMap, structure: ValueMap, places: Places): readonly FieldError[] => {
  const not = schemaAt(validation, "not");
  const within = (each: ValueMap, at: string): readonly FieldError[] =>
    nested(each, structure, { ...places, validation: `${places.validation}.${at}` });
  return [
    ...(not === undefined ? [] : within(not, "not")),
    ...["allOf", "anyOf", "oneOf"].flatMap((key) =>
      listedSchemas(validation, key).flatMap((each, index) => within(each, `${key}[${index}]`)),
    ),
  ];
};

const nested = (
  validation: ValueMap | undefined,
  structure: ValueMap | undefined,
  places: Places,
): readonly FieldError[] => {
  if (validation === undefined) return [];
  if (structure === undefined) return [required(places.structure, `because it is defined in ${places.validation}`)];
  const below = (key: string): Places => ({
    structure: `${places.structure}.${key}`,
    validation: `${places.validation}.${key}`,
  });
  const properties = schemaAt(structure, "properties") ?? {};
  return [
    ...junctors(validation, structure, places),
    ...nested(schemaAt(validation, "items"), schemaAt(structure, "items"), below("items")),
    ...namedSchemas(validation, "properties").flatMap(([name, each]) =>
      nested(each, schemaAt(properties, name), below(`properties[${name}]`)),
    ),
  ];
};
