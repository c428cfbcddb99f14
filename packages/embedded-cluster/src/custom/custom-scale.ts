import type { LiveObject, ValueMap } from "../json.ts";
import { type FieldError, invalid } from "../kinds/field-error.ts";
import type { KindStrategy } from "../kinds/kind-strategy.ts";
import { nestedInteger, nestedText, setNested, splitPath } from "./nested-field.ts";

/** `subresources.scale` of a version: dotted paths as written in the CRD. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly labelSelector?: string;
}

const largest = 2 ** 31 - 1;

const validateReplicas = (object: ValueMap, path: string): readonly FieldError[] => {
  const replicas = nestedInteger(object, splitPath(path));
  if (replicas.kind === "wrong") return [invalid(path, 0, replicas.message)];
  if (replicas.kind === "absent") return [];
  if (replicas.value < 0) return [invalid(path, replicas.value, "should be a non-negative integer")];
  return replicas.value > largest ? [invalid(path, replicas.value, `should be less than or equal to ${largest}`)] : [];
};

export const validateScaleSpec = (object: ValueMap, paths: ScalePaths): readonly FieldError[] =>
  validateReplicas(object, paths.specReplicas);

export const validateScaleStatus = (object: ValueMap, paths: ScalePaths): readonly FieldError[] => {
  const errors = validateReplicas(object, paths.statusReplicas);
  if (paths.labelSelector === undefined) return errors;
  const selector = nestedText(object, splitPath(paths.labelSelector));
  return selector.kind === "wrong" ? [...errors, invalid(paths.labelSelector, "", selector.message)] : errors;
};

/** The scale endpoint of a custom resource. */
export const customScale = (paths: ScalePaths): NonNullable<KindStrategy["scale"]> => {
  const replicasPath = splitPath(paths.specReplicas);
  return {
    replicasPath,
    read: (object: LiveObject) => {
      const spec = nestedInteger(object, replicasPath);
      const status = nestedInteger(object, splitPath(paths.statusReplicas));
      const selector =
        paths.labelSelector === undefined || paths.labelSelector === ""
          ? undefined
          : nestedText(object, splitPath(paths.labelSelector));
      const broken = [spec, status, selector].find((field) => field?.kind === "wrong");
      const unreadable =
        broken?.kind === "wrong"
          ? broken.message
          : spec.kind === "absent"
            ? `the spec replicas field ${JSON.stringify(paths.specReplicas)} does not exist`
            : undefined;
      return {
        specReplicas: spec.kind === "found" ? spec.value : 0,
        statusReplicas: status.kind === "found" ? status.value : 0,
        selector: selector?.kind === "found" ? selector.value : "",
        ...(unreadable === undefined ? {} : { unreadable }),
      };
    },
    write: (object, replicas) => setNested(object, replicasPath, replicas),
  };
};
