import type { LiveObject } from "../../json.ts";
import { isMap } from "../../json.ts";
import { required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { type Findings, immutable, nonNegative } from "./findings.ts";
import { numberAt } from "./reading.ts";

const validateData = (object: LiveObject): Findings => {
  const data = object["data"];
  if (data === undefined || data === null) return [required("data", "data is mandatory")];
  return isMap(data) ? [] : [required("data", "data must be a valid JSON object")];
};

const validateRevision = (object: LiveObject): Findings => [
  ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
  ...nonNegative(numberAt(object, "revision"), "revision"),
];

/** A controller's record of a template; it has no status, and its generation is nobody's. */
export const controllerRevisionStrategy: KindStrategy = {
  validatesMetadata: true,
  validateCreate: (object) => [...validateRevision(object), ...validateData(object)],
  validateUpdate: (object, old) => [
    ...validateCoreObjectMetaUpdate(object, old),
    ...validateRevision(object),
    ...immutable(object["data"], old["data"], "data"), // printed as it came, keys in no order
  ],
};
