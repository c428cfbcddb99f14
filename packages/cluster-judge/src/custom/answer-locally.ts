import type { LiveObject, Value } from "@evenkeel/embedded-cluster/internals/json";
import { describeFieldError, type FieldError } from "@evenkeel/embedded-cluster/internals/kinds/field-error";
import {
  DecodeFailed,
  type ServedKind,
  type StrategyContext,
} from "@evenkeel/embedded-cluster/internals/kinds/kind-strategy";
import { nameIsDnsSubdomain } from "@evenkeel/embedded-cluster/internals/kinds/validation/names";
import { validateObjectMeta } from "@evenkeel/embedded-cluster/internals/kinds/validation/object-meta";

/** What both sides are compared by: a create's outcome without what a server makes up. */
export type Outcome =
  | { readonly kind: "made"; readonly object: Value; readonly warnings: readonly string[] }
  | { readonly kind: "refused"; readonly status: number; readonly causes: readonly string[] };

const context: StrategyContext = {
  now: "2026-01-01T00:00:00Z",
  random: () => 0.5,
  allocateClusterIP: () => undefined,
  allocateNodePort: () => undefined,
  get: () => undefined,
};

/** Field, reason and text; in order of text, for the server walks maps at random. */
export const causesOf = (errors: readonly FieldError[]): readonly string[] =>
  errors.map((error) => `${error.field}|${error.type}|${describeFieldError(error)}`).toSorted();

const withoutMetadata = (object: LiveObject): Value => {
  const { metadata: _, ...rest } = object;
  return rest;
};

/** Built-in models tell the whole message, those of custom kinds only what went wrong. */
const reasonOf = (message: string): string => message.replace(/^.* cannot be handled as an? \w+: /s, "");

type Kind = Pick<ServedKind, "strategy" | "model" | "namespaced">;

/** A create as the pipeline has it, field management and admission apart. */
export const createLocally = ({ strategy, model, namespaced }: Kind, body: Value): Outcome => {
  try {
    const { object, strictErrors } = model.decode(body);
    strategy.applyDefaults?.(object);
    if (namespaced) object.metadata["namespace"] = "default";
    strategy.prepareForCreate?.(object, context);
    const errors = [
      ...validateObjectMeta(object, namespaced, nameIsDnsSubdomain),
      ...(strategy.validateCreate?.(object, context) ?? []),
    ];
    if (errors.length > 0) return { kind: "refused", status: 422, causes: causesOf(errors) };
    const warnings = [...strictErrors, ...(strategy.warnings?.(object, undefined) ?? [])].toSorted();
    return { kind: "made", object: withoutMetadata(object), warnings };
  } catch (error) {
    if (error instanceof DecodeFailed) return { kind: "refused", status: 400, causes: [reasonOf(error.message)] };
    throw error;
  }
};

/** An update of `old` (as it is stored) by a whole body. */
export const updateLocally = ({ strategy, model }: Kind, body: Value, old: LiveObject): Outcome => {
  try {
    const { object, strictErrors } = model.decode(body);
    strategy.applyDefaults?.(object);
    object.metadata["generation"] = old.metadata["generation"] ?? 1;
    strategy.prepareForUpdate?.(object, old, context);
    const errors = strategy.validateUpdate?.(object, old, context) ?? [];
    if (errors.length > 0) return { kind: "refused", status: 422, causes: causesOf(errors) };
    const { generation } = object.metadata;
    const warnings = [...strictErrors, ...(strategy.warnings?.(object, old) ?? [])].toSorted();
    return { kind: "made", object: { ...(withoutMetadata(object) as object), generation: generation ?? 0 }, warnings };
  } catch (error) {
    if (error instanceof DecodeFailed) return { kind: "refused", status: 400, causes: [reasonOf(error.message)] };
    throw error;
  }
};
