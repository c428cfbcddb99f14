import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { loadKubeconfig, loadKubeconfigText } from "./kubeconfig.ts";
import { KubeconfigRefused, listContexts } from "./kubeconfig-document.ts";
import { ConnectionUnavailable, resolveConnection } from "./resolve-connection.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const kubeconfig = (cluster: string, user: string): string => `
apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: c, user: u}}
- {name: anonymous, context: {cluster: c}}
clusters:
- name: c
  cluster: {server: "https://api.example.com:6443/prefix", ${cluster}}
users:
- name: u
  user: {${user}}
`;
const ca = `certificate-authority-data: ${base64("CA")}`;

describe("a kubeconfig from a registration", () => {
  test.each([
    ["a token", "token: abc", { kind: "token", token: "abc" }],
    [
      "a client certificate",
      `client-certificate-data: ${base64("C")}, client-key-data: ${base64("K")}`,
      { kind: "clientCert", cert: "C", key: "K" },
    ],
    ["a password", "username: a, password: b", { kind: "basic", username: "a", password: "b" }],
  ])("gives access with %s inline", (_title, user, credentials) => {
    expect(loadKubeconfigText(kubeconfig(ca, user))).toEqual({
      server: "https://api.example.com:6443/prefix",
      ca: "CA",
      credentials,
    });
  });

  test.each([
    ["exec", ca, "exec: {command: /bin/sh}", "users[0].user.exec"],
    ["auth-provider", ca, "auth-provider: {name: gcp}", "users[0].user.auth-provider"],
    ["client-certificate", ca, "client-certificate: /etc/passwd", "users[0].user.client-certificate"],
    ["tokenFile", ca, "tokenFile: /var/run/token", "users[0].user.tokenFile"],
    ["as", ca, "token: a, as: admin", "users[0].user.as"],
    [
      "insecure-skip-tls-verify",
      "insecure-skip-tls-verify: true",
      "token: a",
      "clusters[0].cluster.insecure-skip-tls-verify",
    ],
    ["certificate-authority", "certificate-authority: /x", "token: a", "clusters[0].cluster.certificate-authority"],
    ["proxy-url", "proxy-url: http://x", "token: a", "clusters[0].cluster.proxy-url"],
  ])("is refused for %s, which the error names", (_title, cluster, user, field) => {
    expect(() => loadKubeconfigText(kubeconfig(cluster, user))).toThrow(expect.objectContaining({ field }));
  });

  test.each([
    ["plain http", kubeconfig(ca, "token: a").replace("https://", "http://"), undefined],
    ["a context that is not there", kubeconfig(ca, "token: a"), "other"],
    [
      "a server without slashes, which readers of URLs mend",
      kubeconfig(ca, "token: a").replace("https://", "https:"),
      undefined,
    ],
    ["a server with a line end in it", kubeconfig(ca, "token: a").replace("api.", "\\tapi."), undefined],
    ["a token that would begin another header", kubeconfig(ca, 'token: "a\\r\\nX: y"'), undefined],
    ["a token that no header can carry", kubeconfig(ca, "token: é"), undefined],
    ["a server name that no host has", kubeconfig(`${ca}, tls-server-name: "a b"`, "token: a"), undefined],
    ["text that is no YAML", "a: b: c: [", undefined],
    ["no mapping", "- a", undefined],
    ["no current context", "clusters: []", undefined],
  ])("is refused for %s", (_title, text, context) => {
    expect(() => loadKubeconfigText(text, context)).toThrow(KubeconfigRefused);
  });

  test.each(["http://admin:hunter2@api.example.com", "https://admin:hunter2@api.example.com", "hunter2"])(
    "is refused for the server %s without repeating it",
    (server) => {
      const text = kubeconfig(ca, "token: a").replace("https://api.example.com:6443/prefix", server);
      expect(() => loadKubeconfigText(text)).toThrow(
        expect.objectContaining({
          message: expect.not.stringContaining("hunter2") as string,
          field: "clusters[0].cluster.server",
        }),
      );
    },
  );

  test("a context without user has no credentials; all contexts can be listed", () => {
    const text = kubeconfig(ca, "token: a");
    expect(loadKubeconfigText(text, "anonymous").credentials).toEqual({ kind: "none" });
    expect(listContexts(text)).toEqual({ current: "prod", names: ["prod", "anonymous"] });
  });
});

describe("an operator's kubeconfig file", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
    await mkdir(join(folder, "prod"));
    await writeFile(join(folder, "ca.pem"), "CA");
    await writeFile(join(folder, "prod", "kubeconfig"), kubeconfig(ca, "token: a"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (cluster: string, user: string): Promise<string> => {
    const path = join(folder, "config");
    await writeFile(path, kubeconfig(cluster, user));
    return path;
  };

  test("may name files relative to itself", async () => {
    const path = await file("certificate-authority: ca.pem", "client-certificate: c.pem, client-key: k.pem");
    expect(await loadKubeconfig(path)).toEqual({
      server: "https://api.example.com:6443/prefix",
      ca: "CA",
      credentials: { kind: "clientCertFile", certPath: join(folder, "c.pem"), keyPath: join(folder, "k.pem") },
    });
  });

  test("may run a plugin only from the allowed paths, when there is a list", async () => {
    const path = await file(ca, "exec: {apiVersion: client.authentication.k8s.io/v1, command: /usr/bin/login}");
    expect((await loadKubeconfig(path)).credentials.kind).toBe("dynamic");
    expect((await loadKubeconfig(path, undefined, { exec: ["/usr/bin/login"] })).credentials.kind).toBe("dynamic");
    await expect(loadKubeconfig(path, undefined, { exec: ["/usr/bin/other"] })).rejects.toThrow(KubeconfigRefused);
  });

  test("and a declared connection stands for one of its contexts, a secret's file, or nothing that we have", async () => {
    const path = await file(ca, "token: a");
    const none = { kubeconfigPath: undefined, secretsDir: undefined, inCluster: undefined };
    const secret = { kubeconfigSecretRef: { name: "prod", key: "kubeconfig" } };
    expect(await resolveConnection({ context: "" }, { ...none, kubeconfigPath: path })).toMatchObject({ ca: "CA" });
    expect(await resolveConnection(secret, { ...none, secretsDir: folder })).toMatchObject({ ca: "CA" });
    for (const connection of [{ context: "" }, secret, { inCluster: {} }]) {
      await expect(resolveConnection(connection, none)).rejects.toThrow(ConnectionUnavailable);
    }
    const outside = { kubeconfigSecretRef: { name: "..", key: "config" } };
    await expect(resolveConnection(outside, { ...none, secretsDir: folder })).rejects.toThrow(ConnectionUnavailable);
  });
});
