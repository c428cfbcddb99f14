import { randomUUID } from "node:crypto";

import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ApiError, isApiError } from "./api-error.ts";
import type { Kube } from "./kube.ts";
import { connectKube } from "./kube.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import type { KubeCall } from "./transport.ts";

describe.skipIf(!controlPlaneAvailable)("on a real kube-apiserver", () => {
  const signal = AbortSignal.timeout(120_000);
  const namespace = `kube-${randomUUID().slice(0, 8)}`;
  const calls: KubeCall[] = [];
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
    kube = await connectKube(
      await loadKubeconfig(controlPlane.kubeconfigPath),
      { observe: (call) => calls.push(call) },
      signal,
    );
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  }, 120_000);
  afterAll(async () => {
    await kube?.[Symbol.asyncDispose]();
  });

  test("applies, reads, lists and deletes an object", async () => {
    const first = await apply(configMap("a", { key: "1" }));
    expect(first.created).toBe(true);
    expect((await apply(configMap("a", { key: "2" }))).created).toBe(false);
    const ref = { group: "", kind: "ConfigMap", namespace, name: "a" };
    expect(await kube.getObject(ref, {}, signal)).toMatchObject({ data: { key: "2" } });
    const listed = await kube.listAll({ group: "", kind: "ConfigMap" }, { namespace }, signal);
    expect(listed.objects.find((object) => object.metadata.name === "a")).toMatchObject({
      apiVersion: "v1",
      kind: "ConfigMap",
    });
    const uid = first.object.metadata.uid!;
    const stale = await failure(kube.deleteObject(ref, { uid, resourceVersion: "1" }, {}, signal));
    expect(stale.errorClass).toBe("STALE");
    expect(await kube.deleteObject(ref, { uid }, {}, signal)).toBe("accepted");
    expect(await kube.deleteObject(ref, { uid }, {}, signal)).toBe("gone");
    expect(await kube.getObject(ref, {}, signal)).toBeUndefined();
  });

  test("runs calls side by side over one HTTP/2 session", async () => {
    const ref = { group: "", kind: "Namespace", namespace: "", name: namespace };
    await Promise.all(Array.from({ length: 100 }, () => kube.getObject(ref, {}, signal)));
    const times = calls.slice(-100).map((call) => call.durationMs);
    expect(Math.max(...times)).toBeLessThan(5_000);
  });

  test("every string that the encoder takes comes back exactly", async () => {
    const points = [
      0x0, 0x9, 0xa, 0xd, 0x7f, 0x80, 0x85, 0xa0, 0x2028, 0x2029, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x1f600,
    ];
    const data = Object.fromEntries(points.map((p) => [`p${p.toString(16)}`, ` ${String.fromCodePoint(p)} x`]));
    const { object } = await apply(configMap("unicode", data));
    expect(object["data"]).toEqual(data);
  });

  test("an integer beyond 2^53 goes and comes back exact", async () => {
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "bigs.test.example.com" },
      spec: {
        group: "test.example.com",
        names: { kind: "Big", plural: "bigs", singular: "big", listKind: "BigList" },
        scope: "Namespaced",
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: { spec: { type: "object", properties: { n: { type: "integer", format: "int64" } } } },
              },
            },
          },
        ],
      },
    };
    await apply(crd);
    const big = (): Promise<unknown> =>
      apply({
        apiVersion: "test.example.com/v1",
        kind: "Big",
        metadata: { name: "b", namespace },
        spec: { n: 9007199254740993n },
      });
    let answer: unknown;
    for (let tries = 0; answer === undefined && tries < 200; tries += 1) {
      await kube.discovery.refresh(signal);
      answer = await big().catch((error: unknown) => {
        if (isApiError(error, "KIND_UNKNOWN")) return undefined;
        throw error;
      });
    }
    expect(answer).toMatchObject({ object: { spec: { n: 9007199254740993n } } });
  });

  describe("names what went wrong", () => {
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

    test("a changed selector is IMMUTABLE", async () => {
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
      expect(await failure(apply(deployment("b")))).toMatchObject({ errorClass: "IMMUTABLE" });
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
  });

  test("HTTP/1.1 by the switch works the same", async () => {
    const controlPlane = await sharedControlPlane();
    const access = await loadKubeconfig(controlPlane.kubeconfigPath);
    await using plain = await connectKube(access, { http1: true }, signal);
    expect(await plain.clusterUid(signal)).toBe(await kube.clusterUid(signal));
  });

  test("an aborted call throws the reason of its signal", async () => {
    const reason = new Error("enough");
    await expect(kube.clusterUid(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
