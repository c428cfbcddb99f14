import type { LiveObject } from "../../json.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import { supportedFormat } from "../string-formats.ts";
import { internalSpec } from "./internal-spec.ts";
import { schemasWithin } from "./schema-parts.ts";
import { validationsOf } from "./version-rules.ts";

const unknownFormats = (crd: LiveObject): ReadonlySet<string> => {
  const spec = internalSpec(crd);
  const schemas = [spec, ...spec.versions].map(validationsOf).filter((schema) => schema !== undefined);
  return new Set(
    schemas.flatMap(schemasWithin).flatMap((schema) => {
      const format = textOf(schema["format"]);
      return format !== "" && supportedFormat(format, [textOf(schema["type"])]) === "" ? [format] : [];
    }),
  );
};

/** A warning for each format that a CRD brings up and that the server does not know. */
export const formatWarnings = (crd: LiveObject, old: LiveObject | undefined): readonly string[] => {
  const had = old === undefined ? new Set<string>() : unknownFormats(old);
  return [...unknownFormats(crd)]
    .filter((format) => !had.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
};
