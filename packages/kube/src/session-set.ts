import type { ClusterAccess, ResolvedCredentials } from "./cluster-access.ts";
import { openSession } from "./http-session.ts";
import type { HttpSession } from "./http-session.ts";

/** The server allows 100 streams a connection; the rest is left for probes and for streams on their way out. */
export const WATCHES_PER_SESSION = 80;
const PROBE_EVERY_MS = 15_000;
const PROBE_DEADLINE_MS = 5_000;
const MISSES_ALLOWED = 2;

/** The connections to one API server: one for calls, one for each 80 watches; with HTTP/1.1 one for each that is open. */
export interface SessionSet extends AsyncDisposable {
  forCall(credentials: ResolvedCredentials): HttpSession;
  forWatch(credentials: ResolvedCredentials): HttpSession;
  readonly protocol: "h2" | "http/1.1";
}

const probe = async (session: HttpSession, path: string, headers: Readonly<Record<string, string>>): Promise<void> => {
  try {
    const signal = AbortSignal.timeout(PROBE_DEADLINE_MS);
    const answer = await session.pool.request({ method: "GET", path, headers: { ...headers }, signal });
    await answer.body.dump();
    session.misses = 0; // any answer is a sign of life, also 401 or 403
  } catch {
    session.misses += 1;
  }
};

/** Opens the set; `http1` forces HTTP/1.1 (a per-cluster switch for proxies in the way). */
export const openSessions = (
  access: ClusterAccess,
  http1: boolean,
  probeHeaders: () => Promise<Readonly<Record<string, string>>>,
): SessionSet => {
  const isPlain = access.server.startsWith("http:");
  let protocol: "h2" | "http/1.1" = http1 || isPlain ? "http/1.1" : "h2";
  let forCalls: HttpSession[] = [];
  let forWatches: HttpSession[] = [];
  const prefix = new URL(access.server).pathname.replace(/\/$/, "");

  const retire = (session: HttpSession): void => {
    if (session.retired) return;
    session.retired = true;
    void session.pool.close().catch(() => undefined);
    forCalls = forCalls.filter((other) => other !== session);
    forWatches = forWatches.filter((other) => other !== session);
  };
  const open = (credentials: ResolvedCredentials): HttpSession => {
    const session = openSession({
      access,
      credentials,
      http1: protocol === "http/1.1",
      onHttp1Only: () => {
        protocol = "http/1.1";
        retire(session); // its calls finish one after another; the next have a connection each
      },
    });
    return session;
  };
  const pick = (sessions: HttpSession[], credentials: ResolvedCredentials, limit: number): HttpSession => {
    for (const stale of sessions.filter((session) => session.cert !== credentials.cert)) retire(stale);
    const free = sessions.find((session) => !session.retired && session.open < limit);
    if (free !== undefined) return free;
    const session = open(credentials);
    sessions.push(session);
    return session;
  };

  const timer = setInterval(() => {
    void (async () => {
      const headers = await probeHeaders().catch(() => ({}));
      const busy = [...forCalls, ...forWatches].filter((session) => session.open > 0);
      await Promise.all(busy.map((session) => probe(session, `${prefix}/livez`, headers)));
      for (const dead of busy.filter((session) => session.misses >= MISSES_ALLOWED)) {
        retire(dead);
        await dead.pool.destroy(new Error("the server did not answer two liveness probes"));
      }
    })();
  }, PROBE_EVERY_MS).unref();

  return {
    forCall: (credentials) => pick(forCalls, credentials, protocol === "h2" ? Number.POSITIVE_INFINITY : 1),
    forWatch: (credentials) => pick(forWatches, credentials, protocol === "h2" ? WATCHES_PER_SESSION : 1),
    get protocol() {
      return protocol;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await Promise.all([...forCalls, ...forWatches].map((session) => session.pool.destroy()));
    },
  };
};
