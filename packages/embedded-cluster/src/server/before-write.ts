import type { LiveObject } from "../json.ts";
import type { FieldError } from "../kinds/field-error.ts";
import { namespaceFinalize } from "../kinds/core/namespace.ts";
import type { KindStrategy } from "../kinds/kind-strategy.ts";
import { validateKubeFinalizers } from "../kinds/validation/kube-finalizers.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../kinds/validation/object-meta.ts";
import { nameIsDnsSubdomain, pathSegment } from "../kinds/validation/names.ts";
import type { Call } from "./cluster-state.ts";
import { ensureNamespace, expectedNamespace, setMeta } from "./object-rules.ts";
import { invalid } from "./status.ts";
import { strategyContext } from "./strategy-context.ts";
import { textAt } from "../reading.ts";

const refuse = (call: Call, object: LiveObject, errors: readonly FieldError[]): void => {
  if (errors.length === 0) return;
  // Custom resources are named as they name themselves.
  const kind = call.cluster.catalogue.isCustom(call.kind) ? object.kind : call.kind.kind;
  throw invalid(call.kind.group, kind, textAt(object.metadata, "name"), errors);
};

/** Built-in kinds know the finalizers that have no domain; of custom ones the server only warns. */
const finalizerRules = (call: Call, object: LiveObject): readonly FieldError[] =>
  call.kind.strategy.hasAnyFinalizer === true || call.cluster.catalogue.isCustom(call.kind)
    ? []
    : validateKubeFinalizers(object.metadata["finalizers"]);

/** The kind's own preparation and all validation of an object that is to be created; it may change in place. */
export const beforeCreate = (call: Call, object: LiveObject, dryRun: boolean): void => {
  const { strategy } = call.kind;
  const context = strategyContext(call.cluster, dryRun, call.subresource === "status");
  ensureNamespace(object, expectedNamespace(call));
  strategy.prepareForCreate?.(object, context);
  const nameRule = strategy.validateName ?? nameIsDnsSubdomain;
  refuse(call, object, [
    ...validateObjectMeta(object, call.kind.namespaced, nameRule),
    ...finalizerRules(call, object),
    ...(strategy.validateCreate?.(object, context) ?? []),
  ]);
  refuse(call, object, validateObjectMeta(object, call.kind.namespaced, pathSegment));
};

const keepSystemFields = (object: LiveObject, old: LiveObject): void => {
  const was = old.metadata;
  if (textAt(object.metadata, "uid") === "") setMeta(object, "uid", was["uid"]);
  if (was["creationTimestamp"] !== undefined) setMeta(object, "creationTimestamp", was["creationTimestamp"]);
  if (was["deletionTimestamp"] !== undefined) setMeta(object, "deletionTimestamp", was["deletionTimestamp"]);
  if (was["deletionGracePeriodSeconds"] !== undefined && object.metadata["deletionGracePeriodSeconds"] === undefined) {
    setMeta(object, "deletionGracePeriodSeconds", was["deletionGracePeriodSeconds"]);
  }
};

/** Rules of a subresource that replace those of the object itself. */
const subresourceRules = (call: Call): KindStrategy["status"] => {
  if (call.subresource === "finalize") return namespaceFinalize;
  return call.subresource === "status" ? call.kind.strategy.status : undefined;
};

/** The kind's own preparation and all validation of a changed object; it may change in place, `old` never. */
export const beforeUpdate = (call: Call, object: LiveObject, old: LiveObject, dryRun: boolean): void => {
  const { strategy } = call.kind;
  const context = strategyContext(call.cluster, dryRun);
  ensureNamespace(object, expectedNamespace(call));
  setMeta(object, "generation", old.metadata["generation"]);
  const status = subresourceRules(call);
  if (status === undefined) strategy.prepareForUpdate?.(object, old, context);
  else status.prepareForUpdate(object, old);
  keepSystemFields(object, old);
  refuse(call, object, [
    ...validateObjectMeta(object, call.kind.namespaced, pathSegment),
    ...validateObjectMetaUpdate(object, old),
    ...validateObjectMetaUpdate(object, old), // the server looks twice, and tells twice
    ...finalizerRules(call, object),
    ...(status === undefined
      ? (strategy.validateUpdate?.(object, old, context) ?? [])
      : (status.validateUpdate?.(object, old) ?? [])),
  ]);
};
