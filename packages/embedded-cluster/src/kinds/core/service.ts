import type { LiveObject } from "../../json.ts";
import type { FieldError } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { invalid } from "../../server/status.ts";
import { nameIsDnsLabel } from "../validation/names.ts";
import { keepField } from "../generation.ts";
import { allocate } from "./service-allocation.ts";
import { serviceDefaults } from "./service-defaults.ts";
import { specOf, typeOf } from "./service-type.ts";
import { carryAllocated, dropTypeDependent, keepAddress } from "./service-update.ts";
import { textAt } from "../../reading.ts";

/** What allocation found: the server answers with that alone, before any other validation. */
const refuse = (service: LiveObject, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalid("", "Service", textAt(service.metadata, "name"), errors);
};

/** An ExternalName is shown without an internalTrafficPolicy. */
const hideUnused = (service: LiveObject): void => {
  if (typeOf(service) === "ExternalName") delete specOf(service)["internalTrafficPolicy"];
};

export const service: KindStrategy = {
  validateName: nameIsDnsLabel,
  applyDefaults: serviceDefaults,
  prepareForCreate: (object, context) => {
    if (context.throughStatus !== true) refuse(object, allocate(object, undefined, context));
    object["status"] = { loadBalancer: {} };
    hideUnused(object);
  },
  prepareForUpdate: (object, old, context) => {
    carryAllocated(object, old);
    refuse(object, allocate(object, old, context));
    keepField(object, old, "status");
    dropTypeDependent(object, old);
    hideUnused(object);
  },
  validateUpdate: keepAddress,
  status: { prepareForUpdate: (object, old) => keepField(object, old, "spec") },
  resetFields: { main: [["status"]], status: [["spec"]] },
  allowCreateOnUpdate: true,
};
