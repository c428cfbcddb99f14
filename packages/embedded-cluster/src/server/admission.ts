import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type ValueMap, copyOf, isMap } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import type { ServedKind } from "../kinds/kind-strategy.ts";
import type { Call } from "./cluster-state.ts";
import type { AdmissionHook, AdmissionReview, Denial } from "./hooks.ts";
import type { WriteOptions } from "./parameters.ts";
import { ApiRefusal, forbidden, internalError, notFound } from "./status.ts";
import { textAt } from "../reading.ts";

type Operation = AdmissionReview["operation"];

const NAMESPACES = { group: "", plural: "namespaces" } as const;

const isNamespace = (call: Call): boolean => call.kind.group === "" && call.kind.kind === "Namespace";

/** NamespaceLifecycle: nothing is written where no namespace is, nothing new in one that ends. */
export const checkNamespace = (call: Call, operation: Operation, name: string): void => {
  if (!call.kind.namespaced || isNamespace(call) || operation === "DELETE") return;
  const stored = call.cluster.store.get({ ...NAMESPACES, namespace: "", name: call.namespace });
  if (stored === undefined) throw notFound(NAMESPACES, call.namespace);
  if (operation !== "CREATE") return;
  const status = (parseJson(stored.json) as ValueMap)["status"];
  if (!isMap(status) || status["phase"] !== "Terminating") return;
  throw forbidden(
    call.resource,
    name,
    `unable to create new content in namespace ${call.namespace} because it is being terminated`,
    [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${call.namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  );
};

/** The namespaces that cannot be deleted. */
export const checkImmortal = (call: Call): void => {
  const immortal = ["default", "kube-system", "kube-public"];
  if (isNamespace(call) && immortal.includes(call.name)) {
    throw forbidden(call.resource, call.name, "this namespace may not be deleted");
  }
};

const refusalOf = (hook: AdmissionHook, denial: Denial): ApiRefusal => {
  const webhook = JSON.stringify(hook.name);
  if (denial.kind === "unavailable") return internalError(`failed calling webhook ${webhook}: ${denial.message}`);
  const { code = 400, message } = denial;
  const text = message === "" ? " without explanation" : `: ${message}`;
  return new ApiRefusal(
    code,
    code === 403 ? "Forbidden" : "",
    `admission webhook ${webhook} denied the request${text}`,
  );
};

interface Reviewed {
  readonly operation: Operation;
  readonly object?: LiveObject | undefined;
  readonly old?: LiveObject | undefined;
  readonly options: Pick<WriteOptions, "dryRun" | "fieldManager">;
}

const review = (call: Call, { object, old, operation, options }: Reviewed): AdmissionReview => ({
  operation,
  group: call.kind.group,
  version: call.kind.version,
  kind: call.kind.kind,
  plural: call.kind.plural,
  subresource: call.subresource,
  namespace: call.namespace,
  name: call.name === "" ? textAt(object?.metadata, "name") : call.name,
  ...(object === undefined ? {} : { object }),
  ...(old === undefined ? {} : { oldObject: copyOf(old) }),
  dryRun: options.dryRun,
  fieldManager: options.fieldManager,
  user: call.user,
});

const run = (hooks: readonly AdmissionHook[], asked: AdmissionReview): void => {
  for (const hook of hooks) {
    const denial = hook.review(asked);
    if (denial !== undefined) throw refusalOf(hook, denial);
  }
};

const decodeReviewed = (kind: ServedKind, object: LiveObject): LiveObject => {
  try {
    return kind.model.decode(object).object;
  } catch (error) {
    if (error instanceof DecodeFailed) throw internalError(`a mutating hook spoiled the object: ${error.message}`);
    throw error;
  }
};

/** What a hook made of an object is read and defaulted as a body is: a sidecar that it adds gets its pull policy. */
const readAgain = (call: Call, object: LiveObject): void => {
  const { group, plural, storageVersion } = call.kind;
  const kind = call.cluster.catalogue.versionsOf(group, plural).find(({ version }) => version === storageVersion);
  if (kind === undefined) return;
  const read = decodeReviewed(kind, object);
  kind.strategy.applyDefaults?.(read);
  for (const key of Object.keys(object)) delete object[key];
  Object.assign(object, read);
};

/** Mutating hooks may change `object` in place. Throws the refusal of the first that says no. */
export const runMutating = (call: Call, reviewed: Reviewed): void => {
  if (call.cluster.mutating.length === 0) return;
  run(call.cluster.mutating, review(call, reviewed));
  if (reviewed.object !== undefined) readAgain(call, reviewed.object);
};

/** Validating hooks see copies. Throws the refusal of the first that says no. */
export const runValidating = (call: Call, reviewed: Reviewed): void => {
  if (call.cluster.validating.length === 0) return;
  const object = reviewed.object === undefined ? undefined : copyOf(reviewed.object);
  run(call.cluster.validating, review(call, { ...reviewed, object }));
};
