import { copyOf } from "../../json.ts";
import type { LiveObject, ValueMap } from "../../json.ts";
import { invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateLegacyIp } from "../validation/ip-address.ts";
import { qualifiedNameRule } from "../validation/names.ts";
import { validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { type Findings, immutable, invalidFor } from "./findings.ts";
import { isPresent, mapAt, mapsAt, numberAt, textAt } from "./reading.ts";
import { statusOnly } from "./status-subresource.ts";

/** `podIP` is the first of `podIPs`: one is told by the other, and where they differ the old field is believed. */
export const toldAddresses = (object: LiveObject): void => {
  const status = mapAt(object, "status");
  if (status === undefined) return;
  const [first] = mapsAt(status, "podIPs");
  const ip = textAt(status, "podIP");
  if (ip !== "" && textAt(first, "ip") !== ip) status["podIPs"] = [{ ip }];
  else if (ip === "" && first !== undefined) status["podIP"] = textAt(first, "ip");
};

const usual = statusOnly();

/** The status endpoint, which kubelets and controllers write. Container states are taken as they come. */
export const podStatus: NonNullable<KindStrategy["status"]> = {
  prepareForUpdate: (object, old) => {
    usual.prepareForUpdate(object, old);
    // Kubelets send what they once read: the server keeps its own.
    for (const name of ["ownerReferences", "deletionTimestamp"]) {
      const kept = old.metadata[name];
      if (kept === undefined) delete object.metadata[name];
      else object.metadata[name] = copyOf(kept);
    }
    const [status, before] = [mapAt(object, "status"), mapAt(old, "status")];
    if (status === undefined) return;
    if (textAt(status, "qosClass") === "" && isPresent(before, "qosClass"))
      status["qosClass"] = textAt(before, "qosClass");
    keepGenerations(status, before);
  },
  validateUpdate: (object, old) => [...validateCoreObjectMetaUpdate(object, old), ...validateStatus(object, old)],
};

/** What a client leaves out of observedGeneration stays, in the status and condition by condition of a type. */
const keepGenerations = (status: ValueMap, before: ValueMap | undefined): void => {
  const keep = (target: ValueMap, source: ValueMap | undefined): void => {
    const generation = numberAt(source, "observedGeneration") ?? 0;
    if ((numberAt(target, "observedGeneration") ?? 0) === 0 && generation !== 0)
      target["observedGeneration"] = generation;
  };
  keep(status, before);
  const left = [...mapsAt(before, "conditions")];
  for (const condition of mapsAt(status, "conditions")) {
    const at = left.findIndex((old) => old["type"] === condition["type"]);
    if (at >= 0) keep(condition, left.splice(at, 1)[0]);
  }
};

const validateStatus = (object: LiveObject, old: LiveObject): Findings => {
  const [status, before] = [mapAt(object, "status"), mapAt(old, "status")];
  const observed = numberAt(status, "observedGeneration") ?? 0;
  const findings: FieldError[] = [];
  for (const [index, condition] of mapsAt(status, "conditions").entries()) {
    const generation = numberAt(condition, "observedGeneration") ?? 0;
    if (generation < 0)
      findings.push(
        invalid(`status.conditions[${index}].observedGeneration`, generation, "must be a non-negative integer"),
      );
    if (SYSTEM_CONDITIONS.has(textAt(condition, "type"))) continue;
    const type = textAt(condition, "type");
    findings.push(...invalidFor(`status.conditions[${index}].Type`, type, qualifiedNameRule(type)));
  }
  if (observed < 0) findings.push(invalid("status.observedGeneration", observed, "must be a non-negative integer"));
  findings.push(...immutable(status?.["qosClass"] ?? "", before?.["qosClass"] ?? "", "status.qosClass"));
  const known = mapsAt(before, "podIPs").map((entry) => textAt(entry, "ip"));
  for (const [index, entry] of mapsAt(status, "podIPs").entries())
    findings.push(...validateLegacyIp(textAt(entry, "ip"), `status.podIPs[${index}]`, known));
  return findings;
};

const SYSTEM_CONDITIONS: ReadonlySet<string> = new Set(["PodScheduled", "Ready", "Initialized"]);
