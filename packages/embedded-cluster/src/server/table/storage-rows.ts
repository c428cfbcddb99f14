import type { Value, ValueMap } from "../../json.ts";
import { canonicalQuantity } from "../../kinds/validation/quantity.ts";
import { fieldsOf, isSet, structsOf, textOf, textsOf } from "../../kinds/validation/read-value.ts";
import { named } from "./core-rows.ts";
import { ageOf, metaOf, nameOf, or, type RowCells, specOf, statusOf, textOr } from "./cell-texts.ts";

const SHORT_MODES: readonly (readonly [mode: string, short: string])[] = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
];

const modesText = (modes: Value | undefined): string => {
  const given = textsOf(modes);
  return SHORT_MODES.filter(([mode]) => given.includes(mode))
    .map(([, short]) => short)
    .join(",");
};

const storageIn = (resources: Value | undefined): string => {
  const { storage } = fieldsOf(resources);
  return isSet(storage) ? canonicalQuantity(String(storage as string)) : "0";
};

const phaseOf = (object: Readonly<ValueMap>): string =>
  isSet(metaOf(object)["deletionTimestamp"]) ? "Terminating" : textOf(statusOf(object)["phase"]);

const classOf = (object: Readonly<ValueMap>): string =>
  textOr(
    fieldsOf(metaOf(object)["annotations"])["volume.beta.kubernetes.io/storage-class"],
    textOf(specOf(object)["storageClassName"]),
  );

const volume: RowCells = (object, context) => {
  const spec = specOf(object);
  const claim = fieldsOf(spec["claimRef"]);
  return [
    nameOf(object),
    storageIn(spec["capacity"]),
    modesText(spec["accessModes"]),
    textOf(spec["persistentVolumeReclaimPolicy"]),
    phaseOf(object),
    isSet(spec["claimRef"]) ? `${textOf(claim["namespace"])}/${textOf(claim["name"])}` : "",
    classOf(object),
    textOr(spec["volumeAttributesClassName"], "<unset>"),
    textOf(statusOf(object)["reason"]),
    ageOf(object, context),
    textOr(spec["volumeMode"], "<unset>"),
  ];
};

const claim: RowCells = (object, context) => {
  const [spec, status] = [specOf(object), statusOf(object)];
  const isBound = textOf(spec["volumeName"]) !== "";
  return [
    nameOf(object),
    phaseOf(object),
    textOf(spec["volumeName"]),
    isBound ? storageIn(status["capacity"]) : "",
    isBound ? modesText(status["accessModes"]) : "",
    classOf(object),
    textOr(spec["volumeAttributesClassName"], "<unset>"),
    ageOf(object, context),
    textOr(spec["volumeMode"], "<unset>"),
  ];
};

const DEFAULT_MARKS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
] as const;

const storageClass: RowCells = (object, context) => {
  const annotations = fieldsOf(metaOf(object)["annotations"]);
  const isDefault = DEFAULT_MARKS.some((mark) => annotations[mark] === "true");
  return [
    `${nameOf(object)}${isDefault ? " (default)" : ""}`,
    textOf(object["provisioner"]),
    textOr(object["reclaimPolicy"], "Delete"),
    textOr(object["volumeBindingMode"], "Immediate"),
    object["allowVolumeExpansion"] === true,
    ageOf(object, context),
  ];
};

const driver = named((object) => {
  const spec = specOf(object);
  const audiences = structsOf(spec["tokenRequests"]).map((request) => textOf(request["audience"]));
  return [
    spec["attachRequired"] !== false,
    spec["podInfoOnMount"] === true,
    spec["storageCapacity"] === true,
    isSet(spec["tokenRequests"]) ? audiences.join(",") : "<unset>",
    spec["requiresRepublish"] === true,
    or(textsOf(spec["volumeLifecycleModes"]).join(","), "<none>"),
  ];
});

const attachment = named((object) => {
  const spec = specOf(object);
  const volumeName = textOf(fieldsOf(spec["source"])["persistentVolumeName"]);
  return [textOf(spec["attacher"]), volumeName, textOf(spec["nodeName"]), statusOf(object)["attached"] === true];
});

/** Cells of what keeps data, by group and kind. */
export const storageRows: Readonly<Record<string, RowCells>> = {
  "/PersistentVolume": volume,
  "/PersistentVolumeClaim": claim,
  "storage.k8s.io/CSIDriver": driver,
  "storage.k8s.io/StorageClass": storageClass,
  "storage.k8s.io/VolumeAttachment": attachment,
};
