import { isMap, type LiveObject } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { fieldsOf } from "../validation/read-value.ts";

const attributes = ["nonResourceAttributes", "resourceAttributes"] as const;

const validate = (review: LiveObject): readonly FieldError[] => {
  const spec = fieldsOf(review["spec"]);
  const [path, resource] = attributes.map((key) => isMap(spec[key]));
  if (path === true && resource === true)
    return [
      invalid(
        "spec.nonResourceAttributes",
        spec["nonResourceAttributes"] ?? null,
        "cannot be specified in combination with resourceAttributes",
      ),
    ];
  return path === true || resource === true
    ? []
    : [
        invalid(
          "spec.resourceAttributes",
          null,
          "exactly one of nonResourceAttributes or resourceAttributes must be specified",
        ),
      ];
};

/** A question, never stored: the core answers with `status.allowed`. Its 422 has no kind and no name in the message. */
export const selfSubjectAccessReview: KindStrategy = { validatesMetadata: true, validateCreate: validate };
