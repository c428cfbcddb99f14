import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { requireProgram } from "@evenkeel/programs";

import { temporaryFolder } from "../temporary-folder.ts";
import { type ApiServer, startApiServer } from "./api-server.ts";
import { auditArgs } from "./audit.ts";
import type { KeyPair } from "./certificates.ts";
import { startControllerManager } from "./controller-manager.ts";
import { authorityFor, credentialsIn } from "./credentials.ts";
import { startEtcd } from "./etcd.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { versionOf } from "./version-of.ts";

export interface ControlPlaneOptions {
  /** Keeps data and credentials over restarts, with fsync; by default all is temporary and in memory. */
  readonly folder?: string;
  /** Syncs each write to disk; as said above by default. What is never started again need not wait for a disk. */
  readonly durable?: boolean;
  readonly controllerManager?: boolean;
  /** Records who wrote what, without bodies, in `auditLog`. */
  readonly audit?: boolean;
  /** More flags for kube-apiserver. */
  readonly apiServerArgs?: readonly string[];
}

/** A real etcd and kube-apiserver on loopback. */
export interface ControlPlane extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  readonly version: string;
  readonly caPem: string;
  /** A user in system:masters, by certificate and by token. */
  readonly clientCertPem: string;
  readonly clientKeyPem: string;
  readonly token: string;
  readonly kubeconfigPath: string;
  readonly folder: string;
  readonly auditLog: string;
  /** Another user with a certificate of its own, allowed only what RBAC grants; gives the path of a kubeconfig too. */
  readonly user: (name: string, groups?: readonly string[]) => Promise<KeyPair & { readonly kubeconfigPath: string }>;
  /** Ends the API server by SIGKILL; etcd and what it holds stay. */
  readonly kill: () => Promise<void>;
  /** Starts the API server again, on the same port, after `kill`. */
  readonly restart: () => Promise<void>;
  readonly pids: () => readonly number[];
}

/** Starts a control plane and returns once it is ready; disposal ends it and removes a temporary folder. */
export const startControlPlane = async (options: ControlPlaneOptions = {}): Promise<ControlPlane> => {
  const [etcdBinary, binary] = [await requireProgram("etcd"), await requireProgram("kube-apiserver")];
  await using stack = new AsyncDisposableStack();
  const folder = options.folder ?? stack.use(await temporaryFolder({ inMemory: true })).path;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const credentials = await credentialsIn(folder);
  // A socket's path may have some 100 characters; a folder of the caller's may well be longer.
  const sockets = options.folder === undefined ? folder : stack.use(await temporaryFolder({ inMemory: true })).path;
  const durable = options.durable ?? options.folder !== undefined;
  const etcd = stack.use(await startEtcd(etcdBinary, { folder, sockets, durable }));
  const auditLog = join(folder, "audit.log");
  const audit = options.audit === true ? await auditArgs(folder, auditLog) : [];
  const args = [...audit, ...(options.apiServerArgs ?? [])];
  const setting = { binary, folder, etcdUrl: etcd.url, credentials, args };
  let apiServer: ApiServer = await startApiServer(setting);
  stack.defer(() => apiServer.end());

  const { port } = apiServer;
  const server = `https://127.0.0.1:${port}`;
  const writeKubeconfig = async (name: string, user: KeyPair): Promise<string> => {
    const path = join(folder, `${name.replaceAll(/[^\w.-]/g, "_")}.kubeconfig`);
    await writeFile(path, kubeconfig(server, credentials.caPem, user), { mode: 0o600 });
    return path;
  };
  const kubeconfigPath = await writeKubeconfig("admin", credentials.admin);
  if (options.controllerManager === true) {
    const managerBinary = await requireProgram("kube-controller-manager");
    stack.use(await startControllerManager(managerBinary, folder, kubeconfigPath));
  }
  const version = await versionOf(server, credentials);
  const owned = stack.move();
  return {
    server,
    version,
    caPem: credentials.caPem,
    clientCertPem: credentials.admin.certPem,
    clientKeyPem: credentials.admin.keyPem,
    token: credentials.adminToken,
    kubeconfigPath,
    folder,
    auditLog,
    user: async (name, groups) => {
      const user = authorityFor(credentials).clientCertificate(name, groups);
      return { ...user, kubeconfigPath: await writeKubeconfig(name, user) };
    },
    kill: () => apiServer.end(),
    restart: async () => {
      await apiServer.end();
      apiServer = await startApiServer({ ...setting, port });
    },
    pids: () => [etcd.pid, apiServer.pid],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
