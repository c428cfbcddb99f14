import { describe, expect, it } from "vitest";

import { copyOf, type LiveObject, type ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { configMap } from "./config-map.ts";
import { namespace, namespaceFinalize } from "./namespace.ts";
import { plainKinds } from "./plain-kinds.ts";
import { secret } from "./secret.ts";
import { created, freeCluster, told } from "./told.fixture.ts";

const strategyOf = (key: string): KindStrategy => plainKinds[key] ?? {};
const networkPolicy = strategyOf("networking.k8s.io/NetworkPolicy");
const roleBinding = strategyOf("rbac.authorization.k8s.io/RoleBinding");
const serviceAccount = strategyOf("/ServiceAccount");
const validatingWebhookConfiguration = strategyOf("admissionregistration.k8s.io/ValidatingWebhookConfiguration");

const make = (kind: string, fields: ValueMap, metadata: ValueMap = {}): LiveObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "x", namespace: "default", resourceVersion: "1", ...metadata },
  ...fields,
});

describe("ConfigMap", () => {
  const frozen = make("ConfigMap", { data: { a: "1" }, immutable: true });

  it.each<[string, ValueMap, readonly string[]]>([
    ["may stay as it is", { data: { a: "1" }, immutable: true }, []],
    ["does not thaw", { data: { a: "1" } }, ["immutable: Forbidden: field is immutable when `immutable` is set"]],
    [
      "keeps its data",
      { data: { a: "2" }, immutable: true },
      ["data: Forbidden: field is immutable when `immutable` is set"],
    ],
  ])("frozen: %s", (_title, fields, found) => {
    expect(told(configMap.validateUpdate?.(make("ConfigMap", fields), frozen, freeCluster()))).toEqual(found);
  });
});

describe("Secret", () => {
  it("takes texts over bytes, and has a type", () => {
    const object = created(secret, make("Secret", { data: { a: "YQ==", b: "Yg==" }, stringData: { a: "new" } }));
    expect(object).toMatchObject({ type: "Opaque", data: { a: "bmV3", b: "Yg==" } });
    expect(object).not.toHaveProperty("stringData");
  });

  it("keeps its type", () => {
    const [old, next] = ["Opaque", "kubernetes.io/tls"].map((type) =>
      make("Secret", { type, data: { "tls.crt": "", "tls.key": "" } }),
    );
    expect(told(secret.validateUpdate?.(next as LiveObject, old as LiveObject, freeCluster()))).toEqual([
      'type: Invalid value: "kubernetes.io/tls": field is immutable',
    ]);
  });
});

describe("Namespace", () => {
  it("is labelled with its name, active, and held by Kubernetes", () => {
    const object = created(namespace, make("Namespace", { spec: { finalizers: ["example.com/x"] } }));
    expect(object).toMatchObject({
      metadata: { labels: { "kubernetes.io/metadata.name": "x" } },
      spec: { finalizers: ["example.com/x", "kubernetes"] },
      status: { phase: "Active" },
    });
  });

  it("lets go of its finalizers only through finalize", () => {
    const old = created(namespace, make("Namespace", {}));
    const next = make("Namespace", { spec: {} });
    namespace.prepareForUpdate?.(next, old, freeCluster());
    expect(next["spec"]).toEqual({ finalizers: ["kubernetes"] });
    const last = make("Namespace", { spec: {} });
    namespaceFinalize.prepareForUpdate(last, old);
    expect(last["spec"]).toEqual({});
  });
});

describe("others", () => {
  it("ServiceAccount keeps names of secrets only", () => {
    const object = created(serviceAccount, make("ServiceAccount", { secrets: [{ name: "s", namespace: "n" }] }));
    expect(object["secrets"]).toEqual([{ name: "s" }]);
  });

  it("RoleBinding keeps its role, and knows the groups of users", () => {
    const old = created(
      roleBinding,
      make("RoleBinding", { roleRef: { kind: "Role", name: "a" }, subjects: [{ kind: "User", name: "u" }] }),
    );
    expect(old["subjects"]).toEqual([{ kind: "User", name: "u", apiGroup: "rbac.authorization.k8s.io" }]);
    const next = { ...copyOf(old), roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "b" } };
    expect(told(roleBinding.validateUpdate?.(next, old, freeCluster()))).toEqual([
      'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef',
    ]);
  });

  it("NetworkPolicy has types by what it has, and counts changes of its spec", () => {
    const object = created(networkPolicy, make("NetworkPolicy", { spec: { podSelector: {}, egress: [{}] } }));
    expect(object).toMatchObject({ metadata: { generation: 1 }, spec: { policyTypes: ["Ingress", "Egress"] } });
    const next = copyOf(object);
    networkPolicy.prepareForUpdate?.(next, object, freeCluster());
    expect(next.metadata["generation"]).toBe(1);
    next["spec"] = { podSelector: {}, policyTypes: ["Egress"] };
    networkPolicy.prepareForUpdate?.(next, object, freeCluster());
    expect(next.metadata["generation"]).toBe(2);
  });

  it("webhook configurations fill in everything but side effects", () => {
    const hook = { name: "a.b.c", clientConfig: { service: { name: "s", namespace: "n" } }, rules: [{}] };
    const object = created(
      validatingWebhookConfiguration,
      make("ValidatingWebhookConfiguration", { webhooks: [hook] }, { namespace: "" }),
    );
    expect(object["webhooks"]).toEqual([
      {
        name: "a.b.c",
        clientConfig: { service: { name: "s", namespace: "n", port: 443 } },
        rules: [{ scope: "*" }],
        failurePolicy: "Fail",
        matchPolicy: "Equivalent",
        namespaceSelector: {},
        objectSelector: {},
        timeoutSeconds: 10,
      },
    ]);
  });
});
