import { isMap, type LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameIsDnsLabel } from "../validation/names.ts";
import { keepField } from "../generation.ts";
import { mapAt, textsAt, textAt } from "../../reading.ts";

const nameLabel = "kubernetes.io/metadata.name";

/** Every namespace carries its name as a label, whoever tries to change that. */
const label = (object: LiveObject): void => {
  const name = textAt(object.metadata, "name");
  if (name === "") return;
  const labels = isMap(object.metadata["labels"]) ? object.metadata["labels"] : {};
  labels[nameLabel] = name;
  object.metadata["labels"] = labels;
};

export const namespace: KindStrategy = {
  validateName: nameIsDnsLabel,
  applyDefaults: (object) => {
    label(object);
    const status = isMap(object["status"]) ? object["status"] : {};
    if (textAt(status, "phase") === "") status["phase"] = "Active";
    object["status"] = status;
  },
  prepareForCreate: (object) => {
    label(object);
    object["status"] = { phase: "Active" };
    const finalizers = textsAt(mapAt(object, "spec"), "finalizers");
    object["spec"] = {
      finalizers: finalizers.includes("kubernetes") ? [...finalizers] : [...finalizers, "kubernetes"],
    };
  },
  prepareForUpdate: (object, old) => {
    label(object);
    keepField(object, old, "spec");
    keepField(object, old, "status");
  },
  status: {
    prepareForUpdate: (object, old) => {
      label(object);
      keepField(object, old, "spec");
    },
  },
  resetFields: { main: [["status"]], status: [["spec"]] },
};

/** The `finalize` subresource: only there do a namespace's own finalizers change; empty ones let it go. */
export const namespaceFinalize = {
  prepareForUpdate: (object: LiveObject, old: LiveObject): void => {
    label(object);
    keepField(object, old, "status");
  },
};
