import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { json } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findProgram } from "@evenkeel/programs";

import { eventually } from "../eventually.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { controlPlaneAvailable } from "./shared-control-plane.ts";
import { type ControlPlane, startControlPlane } from "./start-control-plane.ts";

interface Answer {
  readonly status: number | undefined;
  readonly body: { readonly [key: string]: unknown };
}
type Login = { readonly cert: string; readonly key: string } | { readonly headers: Record<string, string> };

const callServer = (
  controlPlane: ControlPlane,
  login: Login,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { headers } = { headers: {}, ...login };
    const options = { ca: controlPlane.caPem, agent: false as const, method, ...login };
    request(
      `${controlPlane.server}${path}`,
      { ...options, headers: { ...headers, "content-type": "application/json" } },
      (response) => {
        json(response).then(
          (parsed) => resolve({ status: response.statusCode, body: parsed as Answer["body"] }),
          reject,
        );
      },
    )
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });

describe.skipIf(!controlPlaneAvailable)("a control plane", () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await startControlPlane({ audit: true });
  }, 120_000);
  afterAll(async () => {
    await controlPlane[Symbol.asyncDispose]();
    expect(existsSync(controlPlane.folder)).toBe(false);
    for (const pid of controlPlane.pids()) expect(() => process.kill(pid, 0)).toThrow();
  });

  const call = (login: Login, method: string, path: string, body?: object): Promise<Answer> =>
    callServer(controlPlane, login, method, path, body);
  const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
  const configMaps = "/api/v1/namespaces/default/configmaps";

  test("tells its version, and the one the fixture says", async () => {
    const admin = { cert: controlPlane.clientCertPem, key: controlPlane.clientKeyPem };
    const { body } = await call(admin, "GET", "/version");
    expect(body["gitVersion"]).toBe(`v${controlPlane.version}`);
    expect(controlPlane.version).toMatch(/^1\.(3[4-9]|[4-9]\d)\.\d+$/);
  });

  test("lets the admin write by certificate and by token, and another user only read what RBAC grants: nothing", async () => {
    const admin = { cert: controlPlane.clientCertPem, key: controlPlane.clientKeyPem };
    const bearer = { headers: { authorization: `Bearer ${controlPlane.token}` } };
    const jane = await controlPlane.user("jane", ["dev"]);
    expect(await call(admin, "POST", configMaps, configMap("one"))).toMatchObject({ status: 201 });
    expect(await call(bearer, "POST", configMaps, configMap("two"))).toMatchObject({ status: 201 });
    const refused = await call({ cert: jane.certPem, key: jane.keyPem }, "GET", configMaps);
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.body["message"]).toContain('User "jane" cannot list');
    expect(await readFile(controlPlane.auditLog, "utf8")).toContain('"name":"two"');
  });

  test("keeps what it holds when the API server is killed and started again", { timeout: 60_000 }, async () => {
    const bearer = { headers: { authorization: `Bearer ${controlPlane.token}` } };
    await call(bearer, "POST", configMaps, configMap("kept"));
    await controlPlane.kill();
    await expect(call(bearer, "GET", "/version")).rejects.toThrow("ECONNREFUSED");
    await controlPlane.restart();
    expect(await call(bearer, "GET", `${configMaps}/kept`)).toMatchObject({ status: 200 });
  });
});

test.skipIf(!controlPlaneAvailable)(
  "on a folder of its own, keeps all over a restart",
  { timeout: 120_000 },
  async () => {
    await using folder = await temporaryFolder();
    const path = "/api/v1/namespaces/default/configmaps";
    const first = await startControlPlane({ folder: folder.path });
    const admin = { cert: first.clientCertPem, key: first.clientKeyPem };
    const kept = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept" } };
    expect(await callServer(first, admin, "POST", path, kept)).toMatchObject({ status: 201 });
    await first[Symbol.asyncDispose]();
    await using second = await startControlPlane({ folder: folder.path });
    expect(await callServer(second, admin, "GET", `${path}/kept`)).toMatchObject({ status: 200 });
  },
);

// On demand only: `npm test` does not build the controller manager, so this runs where somebody has got it.
if (controlPlaneAvailable && (await findProgram("kube-controller-manager")).path !== undefined) {
  test("with a controller manager, a deleted namespace goes away", { timeout: 120_000 }, async () => {
    await using controlPlane = await startControlPlane({ controllerManager: true });
    const admin = { cert: controlPlane.clientCertPem, key: controlPlane.clientKeyPem };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "short" } };
    const call = (method: string, path: string, body?: object) => callServer(controlPlane, admin, method, path, body);
    expect(await call("POST", "/api/v1/namespaces", namespace)).toMatchObject({ status: 201 });
    expect(await call("DELETE", "/api/v1/namespaces/short")).toMatchObject({ status: 200 });
    await eventually(async () => (await call("GET", "/api/v1/namespaces/short")).status === 404, { timeoutMs: 60_000 });
  });
}
