import { settleWritten } from "../custom/written-forms.ts";
import { randomUuid } from "./random-names.ts";
import { generateName } from "./random-names.ts";
import { type LiveObject, copyOf } from "../json.ts";
import { checkNamespace, runMutating, runValidating } from "./admission.ts";
import { beforeCreate } from "./before-write.ts";
import { type Call, nowOf } from "./cluster-state.ts";
import { decodeBody } from "./decode-body.ts";
import { track } from "./field-tracking.ts";
import { dedupOwnerReferences, ensureNamespace, expectedNamespace, wipeSystemFields } from "./object-rules.ts";
import { type WriteOptions, writeOptions } from "./parameters.ts";
import { ApiRefusal, alreadyExists, forbidden, generatedNameTaken, plainError } from "./status.ts";
import { type Shown, keyOf, storeObject } from "./store-object.ts";
import { toStorage } from "./versions.ts";
import { textAt } from "../reading.ts";

const GENERATED_NAME_ATTEMPTS = 8;
const CRD_TERMINATES = "create not allowed while custom resource definition is terminating";

const resourceVersionOf = (object: LiveObject): string => textAt(object.metadata, "resourceVersion");

/** An update or apply may create, too; a version in its body then means nothing. */
type Door = "create" | "update";

/** What the storage refuses: a name that is taken, a resourceVersion where there can be none yet. */
const checkFree = (call: Call, object: LiveObject, dryRun: boolean, door: Door): void => {
  const name = textAt(object.metadata, "name");
  const taken = call.cluster.store.read(keyOf(call, name));
  if (taken !== undefined) {
    const refusal =
      textAt(object.metadata, "generateName") === ""
        ? alreadyExists(call.resource, name)
        : generatedNameTaken(call.resource, name);
    if (taken.metadata["deletionTimestamp"] === undefined) throw refusal;
    throw new ApiRefusal(refusal.code, refusal.reason, `object is being deleted: ${refusal.message}`, refusal.details);
  }
  if (dryRun || door !== "create") return;
  const version = resourceVersionOf(object);
  if (version !== "" && version !== "0") throw plainError("resourceVersion should not be set on objects to be created");
};

/** Everything from system fields to the store, for an object that went through field management and mutating hooks. */
export const createStored = (call: Call, object: LiveObject, options: WriteOptions, door: Door): Shown => {
  object.metadata["creationTimestamp"] = nowOf(call.cluster);
  object.metadata["uid"] = randomUuid(call.cluster.random);
  const prefix = textAt(object.metadata, "generateName");
  if (prefix !== "" && textAt(object.metadata, "name") === "") {
    object.metadata["name"] = generateName(prefix, call.cluster.random);
  }
  if (!call.kind.verbs.includes("create")) {
    throw forbidden(call.resource, textAt(object.metadata, "name"), CRD_TERMINATES);
  }
  beforeCreate(call, object, options.dryRun);
  runValidating(call, { operation: "CREATE", object, options });
  checkFree(call, object, options.dryRun, door);
  const refresh = call.kind.model.refreshStored;
  const key = keyOf(call, textAt(object.metadata, "name"));
  if (refresh !== undefined) {
    settleWritten({ store: call.cluster.store, key, dryRun: options.dryRun, refresh }, object, undefined);
  }
  const shown = storeObject(call, object, options.dryRun);
  const stored = options.dryRun ? undefined : call.cluster.store.get(keyOf(call, textAt(object.metadata, "name")));
  const { readsOtherwise, storedWithoutDefaults } = call.kind.strategy;
  const isUnsettled = storedWithoutDefaults?.(object) === true || readsOtherwise?.(object) === true;
  if (stored !== undefined && isUnsettled) call.cluster.unsettled.add(stored);
  return shown;
};

const withFreshNames = (call: Call, object: LiveObject, options: WriteOptions): Shown => {
  const isGenerated = textAt(object.metadata, "generateName") !== "" && textAt(object.metadata, "name") === "";
  for (let attempt = 1; ; attempt += 1) {
    try {
      return createStored(call, isGenerated ? copyOf(object) : object, options, "create");
    } catch (error) {
      const isTaken = error instanceof ApiRefusal && error.reason === "AlreadyExists";
      if (!isGenerated || !isTaken || attempt === GENERATED_NAME_ATTEMPTS) throw error;
    }
  }
};

/** POST of a new object. */
export const createObject = (call: Call): Shown => {
  const options = writeOptions(call.query, "CreateOptions");
  let object = toStorage(call.kind, decodeBody(call, options));
  wipeSystemFields(object);
  ensureNamespace(object, expectedNamespace(call));
  dedupOwnerReferences(call, object, false);
  object = track(call, undefined, object, options.fieldManager);
  checkNamespace(call, "CREATE", textAt(object.metadata, "name"));
  runMutating(call, { operation: "CREATE", object, options });
  dedupOwnerReferences(call, object, true);
  return withFreshNames(call, object, options);
};
