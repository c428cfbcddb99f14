import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { askEmbedded, askReal, type Asked, masked } from "../testdata/ask-both.ts";
import { bytesField, envelope, message, varintField } from "./testdata/write-message.ts";

const PROTOBUF = "application/vnd.kubernetes.protobuf";
const NAMESPACE = "protobuf";
const MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const SETS = `/apis/apps/v1/namespaces/${NAMESPACE}/replicasets`;
const named = (name: string): Uint8Array => bytesField(1, bytesField(1, name));
const map = (name: string): Uint8Array =>
  envelope("v1", "ConfigMap", message(named(name), bytesField(2, message(bytesField(1, "k"), bytesField(2, "é")))));
const send = (method: string, path: string, body: Uint8Array | string): Asked => ({
  method,
  path: `${path}?fieldManager=typed`,
  body,
  headers: { "content-type": PROTOBUF, accept: "application/json" },
});

const labels = bytesField(1, message(bytesField(1, "a"), bytesField(2, "b")));
const container = message(bytesField(1, "c"), bytesField(2, "image"), bytesField(6, varintField(3, 80)));
const podTemplate = message(
  bytesField(1, bytesField(11, message(bytesField(1, "a"), bytesField(2, "b")))),
  bytesField(2, bytesField(2, container)),
);
const replicaSet = envelope(
  "apps/v1",
  "ReplicaSet",
  message(named("set"), bytesField(2, message(varintField(1, 0), bytesField(2, labels), bytesField(3, podTemplate)))),
);
const scale = (replicas: number): Uint8Array =>
  envelope(
    "autoscaling/v1",
    "Scale",
    message(
      bytesField(1, message(bytesField(1, "set"), bytesField(3, NAMESPACE))),
      bytesField(2, varintField(1, replicas)),
    ),
  );
const review = (verb: string): Uint8Array =>
  envelope(
    "authorization.k8s.io/v1",
    "SelfSubjectAccessReview",
    message(
      bytesField(1, message()),
      bytesField(2, bytesField(1, message(bytesField(2, verb), bytesField(5, "pods")))),
    ),
  );

const requests: readonly (readonly [string, Asked])[] = [
  ["a namespace is created", send("POST", "/api/v1/namespaces", envelope("v1", "Namespace", named(NAMESPACE)))],
  ["a config map is created", send("POST", MAPS, map("m"))],
  ["an envelope without a kind is the endpoint's", send("POST", MAPS, envelope("", "", named("untyped")))],
  ["a config map is replaced", send("PUT", `${MAPS}/m`, envelope("v1", "ConfigMap", named("m")))],
  ["a replica set gets its defaults", send("POST", SETS, replicaSet)],
  ["a scale is replaced", send("PUT", `${SETS}/set/scale`, scale(3))],
  ["access is reviewed", send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review("get"))],
  ["another kind is refused", send("POST", MAPS, envelope("v1", "Pod", named("m")))],
  ["an unknown kind is refused", send("POST", MAPS, envelope("v1", "Nix", named("m")))],
  ["an object without a name is refused", send("POST", MAPS, envelope("v1", "ConfigMap", message()))],
  ["text is refused", send("POST", MAPS, "hello")],
  ["an empty body is refused", send("POST", MAPS, "")],
  ["a cut envelope is refused", send("POST", MAPS, map("cut").subarray(0, 9))],
  ["a cut message is refused", send("POST", MAPS, envelope("v1", "ConfigMap", Uint8Array.of(0x0a, 0x20, 1)))],
  ["a patch is refused", send("PATCH", `${MAPS}/m`, map("m"))],
  ["options of a delete are read", send("DELETE", `${MAPS}/m`, envelope("v1", "DeleteOptions", bytesField(5, "All")))],
  ["options of no kind are read", send("DELETE", `${MAPS}/untyped`, envelope("", "", message()))],
  ["options of another kind are refused", send("DELETE", `${MAPS}/m`, envelope("v1", "Pod", message()))],
  ["options that are text are refused", send("DELETE", `${MAPS}/m`, "xx")],
  [
    "a precondition holds",
    send("DELETE", `${MAPS}/m`, envelope("v1", "DeleteOptions", bytesField(2, bytesField(1, "other")))),
  ],
];

describe.skipIf(!controlPlaneAvailable)("a real kube-apiserver and the embedded one", () => {
  test("answer bodies in protocol buffers alike", async () => {
    await using cluster = createEmbeddedCluster();
    const real = askReal(await sharedControlPlane());
    const ours = askEmbedded(cluster);
    for (const [title, asked] of requests) {
      const told = { title, ...masked(await ours(asked)) };
      expect.soft(told).toEqual({ title, ...masked(await real(asked)) });
    }
  }, 60_000);
});

test("custom resources and patches are refused: they have no field numbers", async () => {
  await using cluster = createEmbeddedCluster();
  const ask = askEmbedded(cluster);
  const names = { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" };
  const schema = { openAPIV3Schema: { type: "object" } };
  const versions = [{ name: "v1", served: true, storage: true, schema }];
  const spec = { group: "example.com", scope: "Namespaced", names, versions };
  const metadata = { name: "widgets.example.com" };
  const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata, spec };
  const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  expect((await ask({ method: "POST", path: definitions, body: JSON.stringify(definition) })).status).toBe(201);
  const widgets = "/apis/example.com/v1/namespaces/default/widgets";
  const widget = envelope("example.com/v1", "Widget", named("w"));
  expect((await ask(send("POST", widgets, widget))).status).toBe(415);
  expect((await ask(send("PUT", `${widgets}/w`, widget))).status).toBe(415);
});
