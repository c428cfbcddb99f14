import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { freePort } from "@evenkeel/programs";

import { urlAnswers } from "./answers.ts";
import { type ChildProgram, startChild, waitUntilReady } from "./child-program.ts";
import type { Credentials } from "./credentials.ts";

export interface ApiServerOptions {
  readonly binary: string;
  readonly folder: string;
  readonly etcdUrl: string;
  readonly credentials: Credentials;
  readonly port?: number;
  readonly args?: readonly string[];
}
export interface ApiServer extends ChildProgram {
  readonly port: number;
}

const START_TIMEOUT_MS = 90_000; // 2 s on a free machine, much longer where others use both cores

/** A kube-apiserver on 127.0.0.1 that answers /readyz and has its system namespaces. */
export const startApiServer = async (options: ApiServerOptions, attempt = 1): Promise<ApiServer> => {
  const { binary, folder, credentials } = options;
  const port = options.port ?? (await freePort());
  const child = await startChild(binary, await apiServerArgs(options, port), join(folder, "kube-apiserver.log"));
  const client = { ca: credentials.caPem, cert: credentials.admin.certPem, key: credentials.admin.keyPem };
  const answers = async (path: string) => urlAnswers(`https://127.0.0.1:${port}${path}`, client);
  const isReady = async () => (await answers("/readyz")) && (await answers("/api/v1/namespaces/default"));
  try {
    await waitUntilReady("kube-apiserver", child, isReady, START_TIMEOUT_MS);
    return { ...child, port };
  } catch (error) {
    await child.end();
    const portTaken = (await child.lastWords()).includes("address already in use");
    if (portTaken && options.port === undefined && attempt < 4) return startApiServer(options, attempt + 1);
    throw error;
  }
};

const apiServerArgs = async (options: ApiServerOptions, port: number): Promise<readonly string[]> => {
  const { folder, etcdUrl, credentials, args = [] } = options;
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const serviceAccountKey = await file("service-account.key", credentials.serviceAccountKeyPem);
  return [
    `--etcd-servers=${etcdUrl}`,
    `--secure-port=${port}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none", // it would give Service/default/kubernetes a loopback address, which is refused
    `--cert-dir=${folder}`,
    `--tls-cert-file=${await file("server.crt", credentials.server.certPem)}`,
    `--tls-private-key-file=${await file("server.key", credentials.server.keyPem)}`,
    `--client-ca-file=${await file("ca.crt", credentials.caPem)}`,
    `--token-auth-file=${await file("tokens.csv", `${credentials.adminToken},admin,admin,system:masters\n`)}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${serviceAccountKey}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    "--service-cluster-ip-range=10.96.0.0/16",
    "--disable-admission-plugins=ServiceAccount", // no controller makes the accounts that it asks for
    "--allow-privileged=true",
    ...args,
  ];
};
