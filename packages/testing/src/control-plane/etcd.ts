import { join } from "node:path";

import { type ChildProgram, startChild, waitUntilReady } from "./child-program.ts";
import { socketAnswers } from "./answers.ts";

export interface EtcdOptions {
  readonly folder: string;
  readonly sockets: string;
  /** Syncs each write to disk; else a crash of the machine may lose data. */
  readonly durable: boolean;
}

/**
 * A single etcd on unix sockets below `sockets`: no port to collide on, and nobody else may open them.
 * etcd wants every URL to look like host:port, hence the `:1` at the end of each socket's name.
 */
export const startEtcd = async (
  binary: string,
  { folder, sockets, durable }: EtcdOptions,
): Promise<ChildProgram & { readonly url: string }> => {
  const client = join(sockets, "c.sock:1");
  const args = [
    `--data-dir=${join(folder, "etcd")}`,
    "--name=evenkeel",
    `--listen-client-urls=unix://${client}`,
    "--advertise-client-urls=http://127.0.0.1:1", // never dialled
    `--listen-peer-urls=unix://${join(sockets, "p.sock:1")}`,
    "--initial-advertise-peer-urls=http://127.0.0.1:1",
    "--initial-cluster=evenkeel=http://127.0.0.1:1",
    "--heartbeat-interval=10", // a single member elects itself: do not let it wait a second for that
    "--election-timeout=100",
    "--quota-backend-bytes=4294967296",
    "--log-level=warn",
    ...(durable ? [] : ["--unsafe-no-fsync"]),
  ];
  const child = await startChild(binary, args, join(folder, "etcd.log"));
  try {
    await waitUntilReady("etcd", child, () => socketAnswers(client, "/health"), 30_000);
  } catch (error) {
    await child.end();
    throw error;
  }
  return { ...child, url: `unix://${client}` };
};
