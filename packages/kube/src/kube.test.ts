import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { isApiError } from "./api-error.ts";
import type { Kube } from "./kube.ts";
import { connectKube } from "./kube.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import type { KubeCall } from "./transport.ts";

describe.skipIf(!controlPlaneAvailable)("on a real kube-apiserver", { timeout: 30_000 }, () => {
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
    const stale = kube.deleteObject(ref, { uid, resourceVersion: "1" }, {}, signal);
    await expect(stale).rejects.toMatchObject({ errorClass: "STALE" });
    expect(await kube.deleteObject(ref, { uid }, {}, signal)).toBe("accepted");
    expect(await kube.deleteObject(ref, { uid }, {}, signal)).toBe("gone");
    expect(await kube.getObject(ref, {}, signal)).toBeUndefined();
  });

  test("runs calls side by side over one HTTP/2 session", async () => {
    const ref = { group: "", kind: "Namespace", namespace: "", name: namespace };
    const began = performance.now();
    await Promise.all(Array.from({ length: 100 }, () => kube.getObject(ref, {}, signal)));
    const took = performance.now() - began;
    // One after the other they would take no longer together than from the first to the last.
    const together = calls.slice(-100).reduce((sum, call) => sum + call.durationMs, 0);
    expect(together).toBeGreaterThan(2 * took);
  });

  test("every character of the basic plane, and one beyond it, comes back exactly", async () => {
    const chunk = 2048;
    const data: Record<string, string> = { beyond: " \u{1f600} \u{10ffff} " };
    for (let from = 0; from < 0x10000; from += chunk) {
      const points = Array.from({ length: chunk }, (_unused, n) => from + n).filter((p) => p < 0xd800 || p > 0xdfff);
      if (points.length > 0)
        data[`from-${from.toString(16)}`] = points.map((p) => ` ${String.fromCodePoint(p)}`).join("x");
    }
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

  test("HTTP/1.1 by the switch works the same", async () => {
    const controlPlane = await sharedControlPlane();
    const access = await loadKubeconfig(controlPlane.kubeconfigPath);
    await using plain = await connectKube(access, { http1: true }, signal);
    expect(await plain.clusterUid(signal)).toBe(await kube.clusterUid(signal));
  });

  test("an exec plugin of an operator's kubeconfig gives the credentials", async () => {
    const { server, caPem, token, folder } = await sharedControlPlane();
    const credential = {
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token },
    };
    const config = {
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [
        { name: "c", cluster: { server, "certificate-authority-data": Buffer.from(caPem).toString("base64") } },
      ],
      users: [
        {
          name: "u",
          user: {
            exec: {
              apiVersion: credential.apiVersion,
              command: process.execPath,
              args: ["-e", `console.log(${JSON.stringify(JSON.stringify(credential))})`],
              interactiveMode: "Never",
            },
          },
        },
      ],
    };
    const path = join(folder, "exec.kubeconfig");
    await writeFile(path, JSON.stringify(config));
    await using plugged = await connectKube(await loadKubeconfig(path), {}, signal);
    expect(await plugged.clusterUid(signal)).toBe(await kube.clusterUid(signal));
  });

  test("an aborted call throws the reason of its signal", async () => {
    const reason = new Error("enough");
    await expect(kube.clusterUid(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
