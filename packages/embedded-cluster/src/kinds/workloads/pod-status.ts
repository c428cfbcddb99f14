import { copyOf } from "../../json.ts";
import type { LiveObject, ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { statusOnly } from "./status-subresource.ts";
import { mapAt, mapsAt, textAt, numberAt, isPresent } from "../../reading.ts";

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
