import { ConnectionUnavailable } from "@evenkeel/kube";
import type { DeclaredConnection, OpenCluster } from "@evenkeel/kube";
import { systemClock } from "@evenkeel/machine";

import type { ApiHandler } from "../server/exchange.ts";
import type { Line, Reach } from "./hop.ts";
import { openOver } from "./open-in-process.ts";
import type { InProcessOptions } from "./open-in-process.ts";
import { unauthorized } from "./refusals.ts";

/** Why nothing answers at an address, and the code by which a client is told. */
const NO_CONNECTION = {
  refused: { code: "ECONNREFUSED", message: "connect ECONNREFUSED" },
  "certificate expired": { code: "CERT_HAS_EXPIRED", message: "certificate has expired" },
  "certificate of another": { code: "ERR_TLS_CERT_ALTNAME_INVALID", message: "the certificate names another host" },
} as const;

/** What is behind an address: a cluster, or why there is none. `silent` lets the client's own deadlines tell. */
export type Behind = { readonly handle: ApiHandler } | keyof typeof NO_CONNECTION | "silent" | "unauthorized";

/** Where a cluster is reached; by and by different things may be behind it. */
export interface Address {
  readonly reach: Reach;
  /** Puts something else behind it: the connections of before end. The same again is a server that was started anew. */
  leadTo(behind: Behind): void;
}

/** A connection that cannot be made. */
class NotConnected extends Error {
  override readonly name = "NotConnected";
  readonly code: string;
  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

export const openAddress = (first: Behind): Address => {
  let behind = first;
  let present = new AbortController();
  const lineTo = (handle: ApiHandler): Line => ({ handle, ended: present.signal });
  return {
    reach: async (signal) => {
      if (behind === "silent")
        return new Promise((_, reject) => signal.addEventListener("abort", reject, { once: true }));
      if (behind === "unauthorized") return lineTo(async () => unauthorized);
      if (typeof behind === "string") throw new NotConnected(NO_CONNECTION[behind]);
      return lineTo(behind.handle);
    },
    leadTo: (next) => {
      behind = next;
      const former = present;
      present = new AbortController();
      former.abort();
    },
  };
};

/** What names a declared connection among others: its context, its secret, or that it is the cluster around. */
const nameOf = (connection: DeclaredConnection): string => {
  if ("context" in connection) return connection.context;
  if ("inCluster" in connection) return "in-cluster";
  return `${connection.kubeconfigSecretRef.name}/${connection.kubeconfigSecretRef.key}`;
};

/** Opens declared clusters by the name of their connection (context, `secret/key` or `in-cluster`), for one client. */
export const openAddresses =
  (
    addressOf: (connection: string) => Address | undefined,
    client: Pick<InProcessOptions, "gone" | "hop" | "user"> = {},
  ): OpenCluster =>
  async (connection, { clock = systemClock, observe, window }) => {
    const name = nameOf(connection);
    const address = addressOf(name);
    if (address === undefined) throw new ConnectionUnavailable(`nothing is known of ${JSON.stringify(name)}`);
    return openOver(address.reach, {
      ...client,
      clock,
      ...(observe === undefined ? {} : { observe }),
      ...(window === undefined ? {} : { window }),
    });
  };
