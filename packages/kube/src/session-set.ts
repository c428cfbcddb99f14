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
  /** A call or a stream on it is over. */
  release(session: HttpSession): void;
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
  /** The retired ones too, whose calls are not over. */
  const all = new Set<HttpSession>();
  const prefix = new URL(access.server).pathname.replace(/\/$/, "");

  /** Ends it with what is open on it. A pool that waits for its calls, and is ended then, complains to nobody; so none waits. */
  const end = async (session: HttpSession, why?: Error): Promise<void> => {
    all.delete(session);
    await session.pool.destroy(why ?? null);
  };
  const retire = (session: HttpSession): void => {
    if (session.retired) return;
    session.retired = true;
    if (session.open === 0) void end(session);
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
    all.add(session);
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
        await end(dead, new Error("the server did not answer two liveness probes"));
      }
    })();
  }, PROBE_EVERY_MS).unref();

  return {
    forCall: (credentials) => pick(forCalls, credentials, protocol === "h2" ? Number.POSITIVE_INFINITY : 1),
    forWatch: (credentials) => pick(forWatches, credentials, protocol === "h2" ? WATCHES_PER_SESSION : 1),
    release: (session) => {
      session.open -= 1;
      if (session.retired && session.open === 0) void end(session);
    },
    get protocol() {
      return protocol;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await Promise.all([...all].map((session) => end(session)));
    },
  };
};
