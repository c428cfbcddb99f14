import type { LiveObject, ValueMap } from "../../json.ts";
import { forbidden } from "../../server/status.ts";
import type { StrategyContext } from "../kind-strategy.ts";
import { compareQuantities, parseQuantity, type Quantity } from "../validation/quantity.ts";
import { boolAt, mapAt, mapIn, stringsAt, textAt } from "./reading.ts";

const sizeOf = (object: LiveObject): Quantity =>
  parseQuantity(textAt(mapIn(object, "spec", "resources", "requests"), "storage") || "0");

const classOf = (object: LiveObject): string =>
  stringsAt(object.metadata, "annotations")["volume.beta.kubernetes.io/storage-class"] ??
  textAt(mapAt(object, "spec"), "storageClassName");

/** Admission's PersistentVolumeClaimResize, asked once all else is well: a claim may grow where its class says so. Throws the 403. */
export const admitResize = (object: LiveObject, old: LiveObject, context: StrategyContext): void => {
  if (compareQuantities(sizeOf(object), sizeOf(old)) <= 0) return;
  const refuse = (why: string): never => {
    throw forbidden({ group: "", plural: "persistentvolumeclaims" }, textAt(object.metadata, "name"), why);
  };
  if (mapAt(old, "status")?.["phase"] !== "Bound") refuse("Only bound persistent volume claims can be expanded");
  const name = classOf(object);
  const storageClass: ValueMap | undefined =
    name === "" || name !== classOf(old) ? undefined : context.get("storage.k8s.io", "StorageClass", "", name);
  if (!boolAt(storageClass, "allowVolumeExpansion"))
    refuse(
      "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
    );
};
