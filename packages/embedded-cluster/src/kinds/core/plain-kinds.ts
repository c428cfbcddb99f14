import { type LiveObject, type Value, type ValueMap } from "../../json.ts";
import { cameEmpty } from "../../schema/came-empty.ts";
import { invalid } from "../field-error.ts";
import { keepFields } from "../keep-fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { pathSegment } from "../validation/names.ts";
import { roundResourceList } from "../workloads/resource-list-defaults.ts";
import { firstGeneration, keepField, nextGeneration, nextGenerationBySpec } from "../generation.ts";
import { mapAt, mapIn, mapsAt, textAt, fill, fillZero } from "../../reading.ts";
import { sameAsStored, sameMeaning } from "../../equal.ts";

const RBAC = "rbac.authorization.k8s.io";
/** Names of these kinds may be anything that fits a path, also as a prefix. */
const anyPathName = (name: string): readonly string[] => pathSegment(name, false);

const generationBySpec: KindStrategy = { prepareForCreate: firstGeneration, prepareForUpdate: nextGenerationBySpec };

/** A status beside the spec that only its own endpoint writes; `empty`: how a new one is told. */
const withStatus = (empty: ValueMap): KindStrategy => ({
  prepareForCreate: (object) => {
    object["status"] = { ...empty };
  },
  prepareForUpdate: (object, old) => keepField(object, old, "status"),
  status: { prepareForUpdate: (object, old) => keepField(object, old, "spec") },
  resetFields: { main: [["status"]], status: [["spec"]] },
});

/** The Go struct without JSON names, as it is printed. */
const printedRole = (binding: LiveObject): ValueMap => {
  const role = mapAt(binding, "roleRef");
  return { APIGroup: textAt(role, "apiGroup"), Kind: textAt(role, "kind"), Name: textAt(role, "name") };
};

const binding: KindStrategy = {
  validateName: anyPathName,
  applyDefaults: (object) => {
    const role = mapAt(object, "roleRef");
    if (role !== undefined) fillZero(role, "apiGroup", RBAC);
    for (const subject of mapsAt(object, "subjects"))
      if (subject["kind"] === "User" || subject["kind"] === "Group") fillZero(subject, "apiGroup", RBAC);
  },
  validateUpdate: (object, old) =>
    sameMeaning(printedRole(object), printedRole(old))
      ? []
      : [invalid("roleRef", printedRole(object), "cannot change roleRef")],
  allowCreateOnUpdate: true,
};
const role: KindStrategy = { validateName: anyPathName, allowCreateOnUpdate: true };

const defaultPort = (client: ValueMap | undefined): void => {
  const service = mapAt(client, "service");
  if (service !== undefined) fill(service, "port", 443);
};
const defaultScopes = (parent: ValueMap | undefined, key: string): void => {
  for (const rule of mapsAt(parent, key)) fill(rule, "scope", "*");
};
const webhookConfiguration = (more: ValueMap): KindStrategy => ({
  applyDefaults: (object) => {
    const defaults: ValueMap = { failurePolicy: "Fail", matchPolicy: "Equivalent", timeoutSeconds: 10, ...more };
    for (const hook of mapsAt(object, "webhooks")) {
      for (const [key, value] of Object.entries(defaults)) fill(hook, key, value);
      for (const selector of ["namespaceSelector", "objectSelector"]) fill(hook, selector, {});
      defaultScopes(hook, "rules");
      defaultPort(mapAt(hook, "clientConfig"));
    }
  },
  prepareForCreate: firstGeneration,
  prepareForUpdate: (object, old) =>
    nextGeneration(object, old, cameEmpty(object, "webhooks") || !sameAsStored(object["webhooks"], old["webhooks"])),
  hasAnyFinalizer: true,
  allowUnconditionalUpdate: false,
});

const hasSome = (value: Value | undefined): boolean => Array.isArray(value) && value.length > 0;

const networkPolicy: KindStrategy = {
  applyDefaults: (object) => {
    const spec = mapAt(object, "spec");
    if (spec === undefined) return;
    if (!hasSome(spec["policyTypes"]))
      spec["policyTypes"] = hasSome(spec["egress"]) ? ["Ingress", "Egress"] : ["Ingress"];
    for (const direction of ["ingress", "egress"])
      for (const rule of mapsAt(spec, direction))
        for (const port of mapsAt(rule, "ports")) fill(port, "protocol", "TCP");
  },
  prepareForCreate: firstGeneration,
  prepareForUpdate: (object, old) => nextGeneration(object, old, !sameAsStored(object["spec"], old["spec"])),
};

const ingress: KindStrategy = {
  ...withStatus({ loadBalancer: {} }),
  prepareForCreate: (object) => {
    object["status"] = { loadBalancer: {} };
    firstGeneration(object);
  },
  prepareForUpdate: (object, old) => {
    keepField(object, old, "status");
    nextGenerationBySpec(object, old);
  },
};

/** Of a secret's reference only the name is kept. */
const keepSecretNames = (object: LiveObject): void => {
  const secrets = mapsAt(object, "secrets");
  if (secrets.length === 0) return;
  object["secrets"] = secrets.map((secret) => (textAt(secret, "name") === "" ? {} : { name: textAt(secret, "name") }));
};

const resourceQuota: KindStrategy = {
  ...withStatus({}),
  applyDefaults: (object) => {
    for (const [part, key] of [
      ["spec", "hard"],
      ["status", "hard"],
      ["status", "used"],
    ] as const)
      roundResourceList(mapIn(object, part, key));
  },
};

/** Fields of a feature that is off by default: gone unless they are stored already. */
const dropGated = (object: LiveObject, old?: LiveObject): void => {
  const spec = mapAt(object, "spec");
  if (spec === undefined) return;
  for (const field of ["strategy", "preferredHolder"])
    if ((mapAt(old, "spec")?.[field] ?? null) === null) delete spec[field];
};

/** What the API server fills in, counts and keeps of the kinds that need no more; what it would refuse in them is not looked at. */
export const plainKinds: Readonly<Record<string, KindStrategy>> = {
  "/LimitRange": { allowCreateOnUpdate: true },
  "/ResourceQuota": resourceQuota,
  "/ServiceAccount": { prepareForCreate: keepSecretNames, prepareForUpdate: keepSecretNames },
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": webhookConfiguration({ reinvocationPolicy: "Never" }),
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": webhookConfiguration({}),
  "coordination.k8s.io/Lease": {
    prepareForCreate: (object) => dropGated(object),
    prepareForUpdate: dropGated,
    hasAnyFinalizer: true,
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
  },
  "networking.k8s.io/Ingress": ingress,
  "networking.k8s.io/IngressClass": {
    ...generationBySpec,
    applyDefaults: (object) => {
      const parameters = mapIn(object, "spec", "parameters");
      if (parameters !== undefined) fill(parameters, "scope", "Cluster");
    },
  },
  "networking.k8s.io/NetworkPolicy": networkPolicy,
  "rbac.authorization.k8s.io/ClusterRole": role,
  "rbac.authorization.k8s.io/ClusterRoleBinding": binding,
  "rbac.authorization.k8s.io/Role": role,
  "rbac.authorization.k8s.io/RoleBinding": binding,
  "scheduling.k8s.io/PriorityClass": {
    applyDefaults: (object) => fill(object, "preemptionPolicy", "PreemptLowerPriority"),
    prepareForCreate: firstGeneration,
    validateUpdate: keepFields("value", "preemptionPolicy"),
  },
  "storage.k8s.io/StorageClass": {
    applyDefaults: (object) => {
      fill(object, "reclaimPolicy", "Delete");
      fill(object, "volumeBindingMode", "Immediate");
    },
    validateUpdate: keepFields("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"),
  },
};
