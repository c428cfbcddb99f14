import { TLSSocket } from "node:tls";

import { Pool, buildConnector } from "undici";

import type { ClusterAccess, ResolvedCredentials } from "./cluster-access.ts";
import { NOT_ASKED } from "./session-cluster.ts";
import type { AskedSession } from "./session-cluster.ts";

/** One connection at a time to one API server, with the client certificate it was opened with. */
export interface HttpSession extends AskedSession {
  readonly pool: Pool;
  readonly cert: string | undefined;
  /** Calls and streams now open on it. */
  open: number;
  /** Liveness probes in a row without an answer. */
  misses: number;
  /** Replaced by a newer one: no new call starts here. */
  retired: boolean;
}

export interface SessionOptions {
  readonly access: ClusterAccess;
  readonly credentials: ResolvedCredentials;
  readonly http1: boolean;
  /** Told once connected, when the server would not speak HTTP/2. */
  readonly onHttp1Only: () => void;
}

const STREAM_WINDOW = 1024 * 1024;
const CONNECTION_WINDOW = 16 * 1024 * 1024;
/** Idle sessions are kept this long, so that a quiet cluster costs no TLS handshake for each commit. */
const IDLE_MS = 300_000;

const tlsOptions = (access: ClusterAccess, credentials: ResolvedCredentials): buildConnector.BuildOptions => ({
  ...(access.ca === undefined ? {} : { ca: access.ca }),
  ...(access.serverName === undefined ? {} : { servername: access.serverName }),
  ...(access.insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}),
  ...(credentials.cert === undefined ? {} : { cert: credentials.cert }),
  ...(credentials.key === undefined ? {} : { key: credentials.key }),
});

/** Opens a session; nothing is connected before the first call. */
export const openSession = (options: SessionOptions): HttpSession => {
  const { access, credentials, http1 } = options;
  const tls = { ...tlsOptions(access, credentials), allowH2: !http1, preferH2: !http1, timeout: 10_000 };
  const connector = buildConnector(tls as buildConnector.BuildOptions);
  const connect: buildConnector.connector = (to, callback) => {
    connector(to, (...result) => {
      const socket: unknown = result[1]; // null or undefined when the connection failed
      if (socket !== null && socket !== undefined) session.connection += 1;
      if (!http1 && socket instanceof TLSSocket && socket.alpnProtocol !== "h2") options.onHttp1Only();
      callback(...result);
    });
  };
  const pool = new Pool(new URL(access.server).origin, {
    connect,
    allowH2: !http1,
    connections: 1,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(http1
      ? {}
      : {
          h2Options: {
            pingInterval: 0, // it did not end a watch on a stopped server; /livez does
            maxConcurrentStreams: 100,
            connectionWindowSize: CONNECTION_WINDOW,
            settings: { initialWindowSize: STREAM_WINDOW },
          },
        }),
  });
  const session: HttpSession = {
    pool,
    cert: credentials.cert,
    ...NOT_ASKED,
    open: 0,
    misses: 0,
    retired: false,
  };
  return session;
};
