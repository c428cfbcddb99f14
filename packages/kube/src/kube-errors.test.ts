import { randomUUID } from "node:crypto";

import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ApiError } from "./api-error.ts";
import type { Kube } from "./kube.ts";
import { connectKube } from "./kube.ts";
import { loadKubeconfig } from "./kubeconfig.ts";

describe.skipIf(!controlPlaneAvailable)("the errors of a real kube-apiserver", { timeout: 30_000 }, () => {
  const signal = AbortSignal.timeout(120_000);
  const namespace = `errors-${randomUUID().slice(0, 8)}`;
  let kube: Kube;

  const configMap = (name: string, data: Record<string, string>) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data,
  });
  const apply = (object: Parameters<Kube["serverSideApply"]>[0]["object"], force = false, manager = "evenkeel") =>
    kube.serverSideApply({ object, force, dryRun: false, manager }, signal);
  const failure = async (call: Promise<unknown>): Promise<ApiError> => {
    const error: unknown = await call.then(
      () => new Error("succeeded"),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ApiError)) throw error;
    return error;
  };

  beforeAll(async () => {
    const controlPlane = await sharedControlPlane();
    kube = await connectKube(await loadKubeconfig(controlPlane.kubeconfigPath), {}, signal);
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  }, 120_000);
  afterAll(async () => {
    await kube?.[Symbol.asyncDispose]();
  });

  test.each([
    [
      "an unknown kind",
      "KIND_UNKNOWN",
      { apiVersion: "none.example.com/v1", kind: "Nothing", metadata: { name: "x", namespace } },
    ],
    [
      "a version that is not served",
      "KIND_UNKNOWN",
      { apiVersion: "apps/v1beta1", kind: "Deployment", metadata: { name: "x", namespace } },
    ],
    [
      "an unknown field",
      "INVALID",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace }, dota: {} },
    ],
    [
      "a value of the wrong type",
      "INVALID",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace }, data: { a: 1 } },
    ],
    [
      "duplicate keys of a list",
      "INVALID",
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "x", namespace },
        spec: {
          containers: [
            {
              name: "c",
              image: "i",
              env: [
                { name: "A", value: "1" },
                { name: "A", value: "2" },
              ],
            },
          ],
        },
      },
    ],
    [
      "a missing namespace",
      "NAMESPACE_MISSING",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "not-there" }, data: {} },
    ],
    [
      "a name that is no name",
      "INVALID",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "Not_A_Name", namespace }, data: {} },
    ],
    [
      "a uid that is another object's",
      "STALE",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-root-ca.crt", namespace: "default", uid: "x" } },
    ],
  ])("%s is %s", async (_title, errorClass, object) => {
    if (errorClass === "STALE") await apply({ ...object, metadata: { ...object.metadata, uid: undefined! } }, true);
    expect(await failure(apply(object))).toMatchObject({ errorClass });
  });

  test("a field that another manager owns is a CONFLICT that names field and manager", async () => {
    await apply(configMap("shared", { key: "theirs" }), false, "someone");
    const error = await failure(apply(configMap("shared", { key: "ours" })));
    expect(error.errorClass).toBe("CONFLICT");
    expect(error.conflicts).toEqual([{ field: ".data.key", manager: "someone" }]);
  });

  test("a changed selector is INVALID: that it is immutable takes a proof", async () => {
    const deployment = (app: string) => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d", namespace },
      spec: {
        selector: { matchLabels: { app } },
        template: { metadata: { labels: { app } }, spec: { containers: [{ name: "c", image: "i" }] } },
      },
    });
    await apply(deployment("a"));
    expect(await failure(apply(deployment("b")))).toMatchObject({ errorClass: "INVALID" });
  });

  test("a user without rights is FORBIDDEN, an unknown one AUTH", async () => {
    const controlPlane = await sharedControlPlane();
    const user = await controlPlane.user("nobody");
    const theirs = await connectKube(await loadKubeconfig(user.kubeconfigPath), {}, signal);
    const ref = { group: "", kind: "ConfigMap", namespace, name: "a" };
    expect(await failure(theirs.getObject(ref, {}, signal))).toMatchObject({ errorClass: "FORBIDDEN" });
    await theirs[Symbol.asyncDispose]();
    const wrong = connectKube(
      { server: controlPlane.server, ca: controlPlane.caPem, credentials: { kind: "token", token: "wrong" } },
      {},
      signal,
    );
    expect(await failure(wrong)).toMatchObject({ errorClass: "AUTH" });
  });

  test("another CA is TLS, a closed port TRANSIENT", async () => {
    const { server } = await sharedControlPlane();
    const credentials = { kind: "none" } as const;
    expect(await failure(connectKube({ server, credentials }, {}, signal))).toMatchObject({ errorClass: "TLS" });
    const closed = connectKube({ server: "https://127.0.0.1:1", credentials }, {}, signal);
    expect(await failure(closed)).toMatchObject({ errorClass: "TRANSIENT" });
  });

  test("impersonation acts as the other user", async () => {
    const ref = { group: "", kind: "ConfigMap", namespace, name: "shared" };
    const impersonate = `system:serviceaccount:${namespace}:default`;
    const error = await failure(kube.getObject(ref, { impersonate }, signal));
    expect(error).toMatchObject({ errorClass: "FORBIDDEN" });
    expect(error.message).toContain(impersonate);
  });

  test.each([
    ["data that is no base64", { data: { pin: "swordfish 0891!" } }],
    ["data of another type", { data: { pin: 891_891 } }],
    ["a map in the place of a value", { stringData: { pin: { "swordfish-0891": 1 } } }],
    ["a field that it does not know", { stringDatta: { pin: "swordfish-0891" } }],
    ["a key that cannot be one", { stringData: { "pin/a": "swordfish-0891" } }],
    ["a type whose data is missing", { type: "kubernetes.io/tls", stringData: { "tls.crt": "swordfish-0891" } }],
    ["a list where a map belongs", { stringData: ["swordfish-0891"] }],
  ])("of a Secret with %s come without its values", async (_, fields) => {
    const error = await failure(
      apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "x", namespace }, ...fields }),
    );
    expect(error.message).toContain(`Secret ${namespace}/x apply failed`);
    const told = `${error.message} ${String(error.cause)} ${JSON.stringify(error)} ${error.stack}`;
    expect(told).not.toMatch(/swordfish|0891|891891|c3dvcmRmaXNo/);
  });
});
