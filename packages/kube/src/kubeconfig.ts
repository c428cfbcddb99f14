import { isObject } from "@evenkeel/resource";
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";

import type { JsonObject } from "@evenkeel/resource";

import type { ClusterAccess, Credentials, ResolvedCredentials } from "./cluster-access.ts";
import { KubeconfigRefused, readContext } from "./kubeconfig-document.ts";
import type { KubeconfigContext } from "./kubeconfig-document.ts";

/** What a kubeconfig from a cluster registration may not carry: each would run, read or reach something of ours. */
const REFUSED_IN_REGISTRATION = {
  cluster: ["insecure-skip-tls-verify", "certificate-authority", "proxy-url"],
  user: [
    "exec",
    "auth-provider",
    "client-certificate",
    "client-key",
    "tokenFile",
    "as",
    "as-uid",
    "as-groups",
    "as-user-extra",
  ],
} as const;

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== false && value !== "";

const text = (object: JsonObject, field: string, at: string): string | undefined => {
  const value = object[field];
  if (!isSet(value)) return undefined;
  if (typeof value !== "string") throw new KubeconfigRefused(`${at}.${field}`, "not a string");
  return value;
};

const decoded = (object: JsonObject, field: string, at: string): string | undefined => {
  const value = text(object, field, at);
  return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8");
};

/** What is called, and nothing beside it. The error does not repeat it: people write passwords into URLs. */
const serverOf = ({ cluster, clusterAt }: KubeconfigContext, allowPlain: boolean): string => {
  const server = text(cluster, "server", clusterAt) ?? "";
  const isAllowed = server.startsWith("https://") || (allowPlain && server.startsWith("http://"));
  if (!isAllowed || !URL.canParse(server) || /[^\x21-\x7e]|[@?#\\]/.test(server))
    throw new KubeconfigRefused(`${clusterAt}.server`, "not an https URL without user, query and fragment");
  return server;
};

const tokenOf = (user: JsonObject, at: string): string | undefined => {
  const token = text(user, "token", at);
  if (token !== undefined && /[^\x21-\x7e]/.test(token))
    throw new KubeconfigRefused(
      `${at}.token`,
      "it holds what no header can carry: a space, a line end, a character beyond ASCII",
    );
  return token;
};

const serverNameOf = (cluster: JsonObject, at: string): string | undefined => {
  const name = text(cluster, "tls-server-name", at);
  if (name !== undefined && !/^[A-Za-z0-9._:-]{1,253}$/.test(name))
    throw new KubeconfigRefused(`${at}.tls-server-name`, "not the name of a host");
  return name;
};

const inlineCredentials = ({ user, userAt }: KubeconfigContext): Credentials | undefined => {
  const token = tokenOf(user, userAt);
  if (token !== undefined) return { kind: "token", token };
  const cert = decoded(user, "client-certificate-data", userAt);
  const key = decoded(user, "client-key-data", userAt);
  if (cert !== undefined && key !== undefined) return { kind: "clientCert", cert, key };
  const username = text(user, "username", userAt);
  const password = text(user, "password", userAt);
  return username !== undefined && password !== undefined ? { kind: "basic", username, password } : undefined;
};

const withOptional = (context: KubeconfigContext, access: ClusterAccess): ClusterAccess => {
  const ca = decoded(context.cluster, "certificate-authority-data", context.clusterAt);
  const serverName = serverNameOf(context.cluster, context.clusterAt);
  return {
    ...access,
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { serverName }),
  };
};

/**
 * Reads a kubeconfig that came with a cluster registration: everything inline, nothing that runs a program, reads a
 * file, skips a check or goes through a proxy. Throws KubeconfigRefused naming the field.
 */
export const loadKubeconfigText = (source: string, contextName?: string): ClusterAccess => {
  const context = readContext(source, contextName);
  for (const field of REFUSED_IN_REGISTRATION.cluster) {
    if (isSet(context.cluster[field]))
      throw new KubeconfigRefused(`${context.clusterAt}.${field}`, "not from a registration");
  }
  for (const field of REFUSED_IN_REGISTRATION.user) {
    if (isSet(context.user[field]))
      throw new KubeconfigRefused(`${context.userAt}.${field}`, "not from a registration");
  }
  const credentials = inlineCredentials(context) ?? { kind: "none" };
  return withOptional(context, { server: serverOf(context, false), credentials });
};

/** How far an operator's own kubeconfig is trusted: which programs its `exec` may start. */
export interface OperatorTrust {
  /** Absolute paths, or "any" for a file that the operator passed on the command line. */
  readonly exec: "any" | readonly string[];
}

const fromClientNode = (path: string, context: KubeconfigContext): Credentials => ({
  kind: "dynamic",
  read: async (): Promise<ResolvedCredentials> => {
    // 770 ms and 87 MB: only for plugins, and only when one is needed.
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    config.loadFromFile(path);
    config.setCurrentContext(context.name);
    const options: { headers?: Record<string, unknown>; cert?: unknown; key?: unknown } = {};
    await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
    const authorization = options.headers?.["Authorization"];
    return {
      ...(typeof authorization === "string" ? { authorization } : {}),
      ...(isSet(options.cert) ? { cert: String(options.cert) } : {}),
      ...(isSet(options.key) ? { key: String(options.key) } : {}),
    };
  },
});

const checkExec = ({ user, userAt }: KubeconfigContext, trust: OperatorTrust): void => {
  const exec = user["exec"];
  if (!isObject(exec) || trust.exec === "any") return;
  const command = text(exec, "command", `${userAt}.exec`) ?? "";
  if (!isAbsolute(command) || !trust.exec.includes(command)) {
    throw new KubeconfigRefused(`${userAt}.exec`, `${JSON.stringify(command)} is not an allowed absolute path`);
  }
};

const fileCredentials = ({ user, userAt }: KubeconfigContext, folder: string): Credentials | undefined => {
  const tokenFile = text(user, "tokenFile", userAt);
  if (tokenFile !== undefined) return { kind: "tokenFile", path: resolve(folder, tokenFile) };
  const cert = text(user, "client-certificate", userAt);
  const key = text(user, "client-key", userAt);
  if (cert === undefined || key === undefined) return undefined;
  return { kind: "clientCertFile", certPath: resolve(folder, cert), keyPath: resolve(folder, key) };
};

/**
 * Reads an operator's own kubeconfig file: file paths, exec plugins (as `trust` says) and skipped verification are
 * allowed; a proxy is not yet. Throws KubeconfigRefused.
 */
export const loadKubeconfig = async (
  path: string,
  contextName?: string,
  trust: OperatorTrust = { exec: "any" },
): Promise<ClusterAccess> => {
  const context = readContext(await readFile(path, "utf8"), contextName);
  const { cluster, clusterAt, user, userAt } = context;
  if (isSet(cluster["proxy-url"])) throw new KubeconfigRefused(`${clusterAt}.proxy-url`, "proxies are not supported");
  checkExec(context, trust);
  const needsPlugin = isSet(user["exec"]) || isSet(user["auth-provider"]);
  const credentials = needsPlugin
    ? fromClientNode(path, context)
    : (inlineCredentials(context) ?? fileCredentials(context, dirname(path)) ?? { kind: "none" });
  const caPath = text(cluster, "certificate-authority", clusterAt);
  const impersonate = text(user, "as", userAt);
  return withOptional(context, {
    server: serverOf(context, true),
    credentials,
    ...(caPath === undefined ? {} : { ca: await readFile(resolve(dirname(path), caPath), "utf8") }),
    ...(isSet(cluster["insecure-skip-tls-verify"]) ? { insecureSkipTlsVerify: true } : {}),
    ...(impersonate === undefined ? {} : { impersonate }),
  });
};
