import { openInProcess } from "@evenkeel/embedded-cluster";

import type { WorldCluster } from "./world-cluster.ts";
import { FOREIGN } from "./seen-objects.ts";
import { NAMESPACE } from "../truth/texts.ts";

// What people do on a cluster by hand: as its administrator, past everything that goes wrong.

const never = new AbortController().signal;
const maps = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

const send = async (
  cluster: WorldCluster,
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body?: object,
): Promise<void> => {
  await using transport = openInProcess(cluster.present);
  const headers = { "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json" };
  const bytes = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
  await transport.request({ method, path, headers, ...bytes }, never);
};

/** Objects of the world on a cluster, by name. */
const namesOn = ({ present }: WorldCluster): readonly string[] =>
  present.store
    .list("", "configmaps", NAMESPACE)
    .map(({ key }) => key.name)
    .filter((name) => name !== "kube-root-ca.crt");

const nameAt = (cluster: WorldCluster, which: number): string | undefined => {
  const names = namesOn(cluster);
  return names[which % Math.max(1, names.length)];
};

export const makeNamespace = (cluster: WorldCluster, name: string): Promise<void> =>
  send(cluster, "POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });

const patch = async (
  cluster: WorldCluster,
  which: number,
  manager: string,
  data: object,
): Promise<string | undefined> => {
  const name = nameAt(cluster, which);
  if (name !== undefined) await send(cluster, "PATCH", `${maps}/${name}?fieldManager=${manager}`, { data });
  return name;
};

export const editLive = (cluster: WorldCluster, which: number): Promise<string | undefined> =>
  patch(cluster, which, "by-hand", { stamp: "0" });

export const addField = (cluster: WorldCluster, which: number): Promise<string | undefined> =>
  patch(cluster, which, "another", { [FOREIGN]: "1" });

export const deleteLive = async (cluster: WorldCluster, which: number): Promise<string | undefined> => {
  const name = nameAt(cluster, which);
  if (name !== undefined) await send(cluster, "DELETE", `${maps}/${name}`);
  return name;
};
