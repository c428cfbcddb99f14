import { readFile } from "node:fs/promises";

import type { ClusterAccess } from "./cluster-access.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The access of a pod to its own cluster; host and port are KUBERNETES_SERVICE_HOST and _PORT of its environment. */
export const loadInCluster = async (host: string, port: string, folder: string = FOLDER): Promise<ClusterAccess> => ({
  server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
  ca: await readFile(`${folder}/ca.crt`, "utf8"),
  credentials: { kind: "tokenFile", path: `${folder}/token` },
});
