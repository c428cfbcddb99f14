import type { LiveObject } from "../../json.ts";
import type { FieldError } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { invalid } from "../../server/status.ts";
import { textOf } from "../validation/read-value.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { nameIsDnsLabel } from "../validation/names.ts";
import { keepStored } from "./keep-stored.ts";
import { validateAddressUpdate } from "./service-address-update.ts";
import { allocateForCreate, allocateForUpdate } from "./service-allocation.ts";
import { serviceDefaults } from "./service-defaults.ts";
import { balancerWarnings, validateLoadBalancerClass, validateLoadBalancerStatus } from "./service-load-balancer.ts";
import { validateHealthCheckUpdate } from "./service-traffic.ts";
import { specOf, typeOf } from "./service-type.ts";
import { carryAllocated, dropTypeDependent } from "./service-update.ts";
import { validateServiceSpec } from "./service-validation.ts";
import { serviceWarnings } from "./service-warnings.ts";

/** What allocation found: the server answers with that alone, before any other validation. */
const refuse = (service: LiveObject, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalid("", "Service", textOf(service.metadata["name"]), errors);
};

/** The server checks an ExternalName's internalTrafficPolicy, but never shows it. */
const hidingUnused = (service: LiveObject, errors: readonly FieldError[]): readonly FieldError[] => {
  if (errors.length === 0 && typeOf(service) === "ExternalName") delete specOf(service)["internalTrafficPolicy"];
  return errors;
};

export const service: KindStrategy = {
  validatesMetadata: true,
  validateName: nameIsDnsLabel,
  applyDefaults: serviceDefaults,
  prepareForCreate: (object, context) => {
    if (context.throughStatus !== true) refuse(object, allocateForCreate(object, context));
    object["status"] = { loadBalancer: {} };
  },
  prepareForUpdate: (object, old, context) => {
    carryAllocated(object, old);
    refuse(object, allocateForUpdate(object, old, context));
    keepStored(object, old, "status");
    dropTypeDependent(object, old);
  },
  validateCreate: (object) =>
    hidingUnused(object, [
      ...validateCoreObjectMeta(object, true, nameIsDnsLabel),
      ...validateServiceSpec(object, undefined),
    ]),
  validateUpdate: (object, old) =>
    hidingUnused(object, [
      ...validateCoreObjectMetaUpdate(object, old),
      ...validateAddressUpdate(object, old),
      ...validateLoadBalancerClass(object, old),
      ...validateHealthCheckUpdate(object, old),
      ...validateServiceSpec(object, old),
    ]),
  warnings: serviceWarnings,
  status: {
    prepareForUpdate: (object, old) => keepStored(object, old, "spec"),
    validateUpdate: (object, old) => [
      ...validateCoreObjectMetaUpdate(object, old),
      ...validateLoadBalancerStatus(object, old),
    ],
    warnings: balancerWarnings,
  },
  resetFields: { main: [["status"]], status: [["spec"]] },
  allowCreateOnUpdate: true,
};
