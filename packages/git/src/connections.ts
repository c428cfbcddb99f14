import { Agent as PlainAgent, request as plainRequest } from "node:http";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { isIP } from "node:net";
import { createSecureContext, getCACertificates } from "node:tls";

import type { PinnedRemote } from "./call-config.ts";
import { authorizationHeader } from "./credentials.ts";

/** What is asked of a host over a kept connection. */
export interface HostRequest {
  /** Path and query, as it is sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: GET. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Connections to Git hosts that stay open between calls, shared by all stores of a process; closed when disposed. */
export interface Connections extends Disposable {
  /** The answer, whatever its status: redirects are not followed. Throws what the connection throws. */
  send(remote: PinnedRemote, request: HostRequest): Promise<IncomingMessage>;
  /** What a repository's host said of itself, as it was remembered; forgotten after an hour. */
  readonly capabilities: Map<string, { readonly lines: readonly string[]; readonly untilMs: number }>;
}

const IDLE_MS = 90_000;
// As `http.lowSpeedTime` of a git process; the deadline of the whole call bounds what drips.
const SILENT_MS = 20_000;

/** Opens no connection yet. */
export const createConnections = (): Connections => {
  const options = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 8, timeout: IDLE_MS } as const;
  const plain = new PlainAgent(options);
  // One an authority: a connection that one source trusts is not handed to another that would not.
  const tls = new Map<string, TlsAgent>();
  const tlsFor = (ca: string | undefined): TlsAgent => {
    const known = tls.get(ca ?? "");
    if (known !== undefined) return known;
    // By default what the machine trusts, as for a git process: an image may carry a private authority.
    const trusted = ca ?? [...getCACertificates("default"), ...getCACertificates("system")];
    const made = new TlsAgent({ ...options, secureContext: createSecureContext({ ca: trusted }) });
    tls.set(ca ?? "", made);
    return made;
  };
  return {
    capabilities: new Map(),
    send(remote, { path, headers, body, signal }) {
      const { url, addresses, ca } = remote;
      const secret = authorizationHeader(remote.credentials);
      const common: RequestOptions = {
        host: url.host,
        port: url.port,
        path,
        method: body === undefined ? "GET" : "POST",
        headers: {
          "user-agent": "git/evenkeel",
          "git-protocol": "version=2",
          ...headers,
          ...(secret === undefined ? {} : { authorization: secret.slice("Authorization: ".length) }),
          ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
        },
        signal,
        lookup: pinnedTo(addresses),
      };
      return new Promise((resolve, reject) => {
        const sent: ClientRequest =
          url.scheme === "http"
            ? plainRequest({ ...common, agent: plain })
            : tlsRequest({ ...common, agent: tlsFor(ca), rejectUnauthorized: true });
        sent.once("response", resolve);
        sent.once("error", reject);
        sent.setTimeout(SILENT_MS, () => sent.destroy(new HostSilent(`no byte for ${SILENT_MS / 1000} s`)));
        sent.end(body);
      });
    },
    [Symbol.dispose]: () => {
      plain.destroy();
      for (const agent of tls.values()) agent.destroy();
    },
  };
};

/** The host sent nothing for too long. */
export class HostSilent extends Error {
  override readonly name = "HostSilent";
}

// A new connection goes to the addresses that were checked, whatever the DNS says by then.
const pinnedTo =
  (addresses: readonly string[]): NonNullable<RequestOptions["lookup"]> =>
  (_host, options, callback) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = all;
    if (options.all === true) callback(null, all);
    else if (first === undefined) callback(new Error("no checked address"), "");
    else callback(null, first.address, first.family);
  };
