import { once } from "node:events";
import { createSecureServer } from "node:http2";
import type { Http2SecureServer } from "node:http2";
import { join } from "node:path";

import type { ClusterAccess } from "@evenkeel/kube";

import type { ApiHandler, ApiUser } from "../server/exchange.ts";
import { ADMIN, keepIdentity, readIdentity, writeAtomically } from "./kept-identity.ts";
import type { Identity } from "./kept-identity.ts";
import { kubeconfigOf } from "./kubeconfig.ts";
import type { ServedAt } from "./kubeconfig.ts";
import { MAX_BODY_BYTES } from "./refusals.ts";
import { serveOn } from "./serve-on.ts";
import type { ServeRules } from "./serve-request.ts";

/** A cluster, or what stands before it (faults), under the name that its context gets. */
export interface FrontedCluster {
  readonly name: string;
  readonly handle: ApiHandler;
}

export interface ListenOptions {
  /** Keeps the authority, the admin's credentials and the port there, so that a kubeconfig outlives a restart, and a `kubeconfig` file. */
  readonly folder?: string;
  /** 0, the default, is the port of the last run from `folder`, else a free one. */
  readonly port?: number;
  /** More bearer tokens; the admin's own is always good. */
  readonly tokens?: Readonly<Record<string, ApiUser>>;
  /** Requests without credentials: refused by default (401), but for health and version. */
  readonly anonymous?: "refused" | "allowed";
  readonly maxBodyBytes?: number;
  /** How long closing waits for answers under way; 2,000 ms. */
  readonly graceMs?: number;
}

/** A running server on 127.0.0.1. Disposal ends its watches, waits for other answers, then for nobody. */
export interface TlsFront extends AsyncDisposable {
  readonly port: number;
  readonly clusters: readonly ServedAt[];
  readonly caCert: string;
  readonly adminToken: string;
  /** For packages/kube; of the first cluster, as the admin, by default. */
  access(name?: string, user?: ApiUser): ClusterAccess;
  /** A context for each cluster, as the admin or a user made for it. */
  kubeconfig(user?: ApiUser): string;
  writeKubeconfig(path: string, user?: ApiUser): Promise<void>;
  /** The file in `folder`. */
  readonly kubeconfigPath: string | undefined;
}

const listenOn = async (server: Http2SecureServer, port: number): Promise<number> => {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

/** One cluster is served at the root, several at `/clusters/NAME`: client-go, kubectl and our transport all keep a server's path. */
const prefixesOf = (clusters: readonly FrontedCluster[]): ReadonlyMap<string, FrontedCluster> =>
  new Map(
    clusters.map((cluster) => [clusters.length === 1 ? "" : `/clusters/${encodeURIComponent(cluster.name)}`, cluster]),
  );

const routeBy =
  (prefixes: ReadonlyMap<string, FrontedCluster>): ServeRules["route"] =>
  (path) => {
    const prefix = prefixes.has("") ? "" : (/^\/clusters\/[^/?]+/.exec(path)?.[0] ?? "-");
    const cluster = prefixes.get(prefix);
    return cluster === undefined ? undefined : { handle: cluster.handle, path: path.slice(prefix.length) || "/" };
  };

const describeFront = (identity: Identity, clusters: readonly ServedAt[]) => {
  const pairOf = (user: ApiUser | undefined) =>
    user === undefined ? identity.admin : identity.authority.userPair(user);
  const caCert = identity.authority.pair.cert;
  return {
    caCert,
    clusters,
    adminToken: identity.adminToken,
    access: (name?: string, user?: ApiUser): ClusterAccess => {
      const found = name === undefined ? clusters[0] : clusters.find((cluster) => cluster.name === name);
      if (found === undefined) throw new RangeError(`no cluster ${JSON.stringify(name)} is served here`);
      return { server: found.server, ca: caCert, credentials: { kind: "clientCert", ...pairOf(user) } };
    },
    kubeconfig: (user?: ApiUser): string =>
      kubeconfigOf({ clusters, caCert, user: { name: (user ?? ADMIN).name, pair: pairOf(user) } }),
  };
};

/** Serves one or several clusters over TLS (HTTP/2, or HTTP/1.1 for who asks) on 127.0.0.1. */
export const listenTls = async (
  served: FrontedCluster | readonly FrontedCluster[],
  options: ListenOptions = {},
): Promise<TlsFront> => {
  const clusters: readonly FrontedCluster[] = "handle" in served ? [served] : served;
  const prefixes = prefixesOf(clusters);
  if (prefixes.size !== clusters.length) throw new RangeError("two clusters of one front have the same name");
  const identity = await readIdentity(options.folder);
  const server = createSecureServer({
    allowHTTP1: true,
    ...identity.server,
    ca: identity.authority.pair.cert,
    requestCert: true,
    rejectUnauthorized: false, // a wrong certificate is a 401, not a broken handshake
    settings: { maxConcurrentStreams: 100 },
    maxSessionMemory: 64,
  });
  const close = serveOn(server, {
    tokens: new Map([...Object.entries(options.tokens ?? {}), [identity.adminToken, ADMIN]]),
    anonymous: options.anonymous ?? "refused",
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    route: routeBy(prefixes),
  });
  const wanted = options.port ?? identity.port;
  const port = await listenOn(server, wanted).catch((error: unknown) => {
    if (options.port !== undefined || wanted === 0) throw error;
    return listenOn(server, 0); // another program has taken the old one
  });
  const origin = `https://127.0.0.1:${port}`;
  const described = describeFront(
    identity,
    [...prefixes].map(([prefix, { name }]) => ({ name, server: `${origin}${prefix}` })),
  );
  const writeKubeconfig = (path: string, user?: ApiUser): Promise<void> =>
    writeAtomically(path, described.kubeconfig(user));
  const kubeconfigPath = options.folder === undefined ? undefined : join(options.folder, "kubeconfig");
  if (options.folder !== undefined && kubeconfigPath !== undefined) {
    await keepIdentity(options.folder, { ...identity, port });
    await writeKubeconfig(kubeconfigPath);
  }
  return {
    ...described,
    port,
    kubeconfigPath,
    writeKubeconfig,
    [Symbol.asyncDispose]: () => close(options.graceMs ?? 2_000),
  };
};
