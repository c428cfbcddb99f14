import type { LiveObject } from "../../json.ts";
import type { FieldError } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { nameIsDnsLabel } from "../validation/names.ts";
import { keepStored } from "./keep-stored.ts";
import { validateAddressUpdate } from "./service-address-update.ts";
import { allocateForCreate, allocateForUpdate } from "./service-allocation.ts";
import { serviceDefaults } from "./service-defaults.ts";
import { validateLoadBalancerClass, validateLoadBalancerStatus } from "./service-load-balancer.ts";
import { validateHealthCheckUpdate } from "./service-traffic.ts";
import { carryAllocated, dropTypeDependent } from "./service-update.ts";
import { validateServiceSpec } from "./service-validation.ts";
import { serviceWarnings } from "./service-warnings.ts";

/** What allocation found: the server answers with that alone, without any other validation. */
const refusals = new WeakMap<LiveObject, readonly FieldError[]>();

const allocated = (service: LiveObject, errors: readonly FieldError[]): boolean => {
  if (errors.length > 0) refusals.set(service, errors);
  return errors.length === 0;
};

export const service: KindStrategy = {
  validatesMetadata: true,
  validateName: nameIsDnsLabel,
  applyDefaults: serviceDefaults,
  prepareForCreate: (object, context) => {
    allocated(object, allocateForCreate(object, context));
    object["status"] = { loadBalancer: {} };
  },
  prepareForUpdate: (object, old, context) => {
    carryAllocated(object, old);
    if (!allocated(object, allocateForUpdate(object, old, context))) return;
    keepStored(object, old, "status");
    dropTypeDependent(object, old);
  },
  validateCreate: (object) =>
    refusals.get(object) ?? [
      ...validateCoreObjectMeta(object, true, nameIsDnsLabel),
      ...validateServiceSpec(object, undefined),
    ],
  validateUpdate: (object, old) =>
    refusals.get(object) ?? [
      ...validateCoreObjectMetaUpdate(object, old),
      ...validateAddressUpdate(object, old),
      ...validateLoadBalancerClass(object, old),
      ...validateHealthCheckUpdate(object, old),
      ...validateServiceSpec(object, old),
    ],
  warnings: serviceWarnings,
  status: {
    prepareForUpdate: (object, old) => keepStored(object, old, "spec"),
    validateUpdate: (object, old) => [
      ...validateCoreObjectMetaUpdate(object, old),
      ...validateLoadBalancerStatus(object, old),
    ],
  },
  resetFields: { main: [["status"]], status: [["spec"]] },
  allowCreateOnUpdate: true,
};
