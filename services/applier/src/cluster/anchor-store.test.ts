import { randomUUID } from "node:crypto";

import { ApiError, connectKube, loadKubeconfig } from "@evenkeel/kube";
import type { Kube, KubeRequest, KubeResponse } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { endOf } from "../run/end-of-error.ts";
import { readAnchor, writeAnchor } from "./anchor-store.ts";
import { emptyAnchor } from "../core/anchor/anchor-document.ts";

const signal = AbortSignal.timeout(60_000);

/** A cluster that stores ConfigMaps unless its script says otherwise, and tells what it was asked. */
const scripted = (answers: Readonly<Record<string, readonly [number, object]>>) => {
  const asked: string[] = [];
  let hasNamespace = false;
  const request = async ({ method, path, body }: KubeRequest): Promise<KubeResponse> => {
    const what = `${method} ${path.split("/").at(-1)?.split("?")[0]}`;
    asked.push(what);
    const answer = hasNamespace && what === "POST configmaps" ? undefined : answers[what];
    if (what === "POST namespaces" && answer?.[0] === 201) hasNamespace = true;
    const stored = JSON.parse(String(body)) as { readonly metadata: object };
    const [code, said] = answer ?? [201, { ...stored, metadata: { ...stored.metadata, resourceVersion: "7" } }];
    return { status: code, headers: {}, body: Buffer.from(JSON.stringify(said)) };
  };
  return { asked, kube: { transport: { request } } as unknown as Kube };
};
const status = (code: number, reason: string, message: string, details = {}): readonly [number, object] => [
  code,
  { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, details, code },
];
const missing = status(404, "NotFound", 'namespaces "evenkeel-system" not found', {
  name: "evenkeel-system",
  kind: "namespaces",
});
const forbidden = status(
  403,
  "Forbidden",
  'namespaces is forbidden: User "applier" cannot create resource "namespaces"',
);

describe("the first write of an anchor", () => {
  test("asks for nothing but the anchor itself where its namespace is there", async () => {
    const cluster = scripted({ "POST namespaces": forbidden });
    expect((await writeAnchor(cluster.kube, "ek-i-0", emptyAnchor, undefined, signal)).resourceVersion).toBe("7");
    expect(cluster.asked).toEqual(["POST configmaps"]);
  });

  test("makes the namespace once the server says that it is missing", async () => {
    const cluster = scripted({ "POST configmaps": missing, "POST namespaces": [201, { metadata: {} }] });
    expect((await writeAnchor(cluster.kube, "ek-i-0", emptyAnchor, undefined, signal)).resourceVersion).toBe("7");
    expect(cluster.asked).toEqual(["POST configmaps", "POST namespaces", "POST configmaps"]);
  });

  test("is held with subject, cause and remedy where the namespace is missing and may not be made", async () => {
    const cluster = scripted({ "POST configmaps": missing, "POST namespaces": forbidden });
    const thrown: unknown = await writeAnchor(cluster.kube, "ek-i-0", emptyAnchor, undefined, signal).catch(
      (e: unknown) => e,
    );
    expect(endOf(thrown, { cluster: "prod" })).toMatchObject({
      kind: "halted",
      halt: {
        again: true,
        reason: {
          code: "Forbidden",
          message: expect.stringMatching(/^cluster prod: namespace evenkeel-system, .* is missing: .*cannot create/),
          remedy: expect.stringContaining("create namespace evenkeel-system"),
        },
      },
    });
  });

  test("does not make the namespace for any other refusal", async () => {
    const denied = status(
      403,
      "Forbidden",
      'configmaps is forbidden: User "applier" cannot create resource "configmaps"',
    );
    const cluster = scripted({ "POST configmaps": denied, "POST namespaces": [201, { metadata: {} }] });
    await expect(writeAnchor(cluster.kube, "ek-i-0", emptyAnchor, undefined, signal)).rejects.toBeInstanceOf(ApiError);
    expect(cluster.asked).toEqual(["POST configmaps"]);
  });
});

describe.skipIf(!controlPlaneAvailable)("an anchor on a real kube-apiserver", { timeout: 120_000 }, () => {
  test("is written and read back with no more rights than those of deploy/base", async () => {
    const controlPlane = await sharedControlPlane();
    const connect = async (path: string): Promise<Kube> => connectKube(await loadKubeconfig(path), {}, signal);
    await using admin = await connect(controlPlane.kubeconfigPath);
    const account = `applier-${randomUUID().slice(0, 8)}`;
    await using applier = await connect((await controlPlane.user(account)).kubeconfigPath);
    const namespace = "evenkeel-system";
    const group = "rbac.authorization.k8s.io";
    const metadata = { name: account, namespace };
    const rights: readonly KubeObject[] = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      {
        apiVersion: `${group}/v1`,
        kind: "Role",
        metadata,
        rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "create", "update"] }],
      },
      {
        apiVersion: `${group}/v1`,
        kind: "RoleBinding",
        metadata,
        roleRef: { apiGroup: group, kind: "Role", name: account },
        subjects: [{ kind: "User", name: account, apiGroup: group }],
      },
    ];
    for (const object of rights)
      await admin.serverSideApply({ object, force: true, dryRun: false, manager: "test" }, signal);
    const name = `ek-${account}-0`;
    // A binding counts some moments after it was stored.
    await eventually(async () => (await readAnchor(applier, name, signal)) === undefined);
    const written = await writeAnchor(applier, name, { ...emptyAnchor, epoch: 9n }, undefined, signal);
    const later = await writeAnchor(applier, name, { ...written.anchor, epoch: 10n }, written, signal);
    expect(await readAnchor(applier, name, signal)).toEqual(later);
    expect(later.anchor.epoch).toBe(10n);
  });
});
