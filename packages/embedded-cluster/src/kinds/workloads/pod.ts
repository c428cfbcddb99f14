import type { LiveObject, ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { continueGeneration, startGeneration } from "../generation.ts";
import { admitPod } from "./pod-admission.ts";
import { qualityOfService } from "./pod-quality.ts";
import { applyPodSpecDefaults, publishOnHost, specOf } from "./pod-spec-defaults.ts";
import { keepPod } from "./pod-update.ts";
import { podStatus, toldAddresses } from "./pod-status.ts";
import { mapIn, mapsAt, numberAt, fill } from "../../reading.ts";
import { sameMeaning } from "../../equal.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  for (const list of ["containers", "initContainers"])
    for (const container of mapsAt(spec, list)) requestLimits(container);
  fill(spec, "enableServiceLinks", true);
  if (spec["hostNetwork"] === true) publishOnHost(spec);
  applyPodSpecDefaults(spec);
  toldAddresses(object);
  // Only in a Pod: a template keeps what it says.
  if ((numberAt(spec, "terminationGracePeriodSeconds") ?? 0) < 0) spec["terminationGracePeriodSeconds"] = 1;
};

/** What is limited and not requested is requested up to the limit; in Pods alone, not in templates. */
const requestLimits = (container: ValueMap): void => {
  const limits = mapIn(container, "resources", "limits");
  const resources = mapIn(container, "resources");
  if (limits === undefined || resources === undefined) return;
  resources["requests"] = { ...limits, ...mapIn(resources, "requests") };
};

export const podStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object, context) => {
    admitPod(object, context);
    startGeneration(object, { phase: "Pending", qosClass: qualityOfService(specOf(object)) });
  },
  prepareForUpdate: (object, old, context) => {
    admitPod(object, context, old);
    continueGeneration(object, old, !sameMeaning(object["spec"], old["spec"]));
  },
  validateUpdate: keepPod,
  status: podStatus,
  resetFields: {
    main: [["status"]],
    status: [["spec"], ["metadata", "deletionTimestamp"], ["metadata", "ownerReferences"]],
  },
};
