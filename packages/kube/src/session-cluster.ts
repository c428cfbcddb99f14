import { backOff, orAborted } from "@evenkeel/async";
import type { Clock } from "@evenkeel/machine";

import { ApiError, isApiError } from "./api-error.ts";
import { uidOf } from "./cluster-uid.ts";
import { noWordError, toNetworkError } from "./network-error.ts";
import { NotIdentified } from "./not-identified.ts";
import { OtherCluster } from "./other-cluster.ts";
import type { KubeCall, KubeResponse } from "./transport.ts";
import { withDeadline } from "./with-deadline.ts";
import { WHO, WHO_ASKED } from "./who-is-asked.ts";

/** The cluster behind one connection. */
export interface Behind {
  readonly connection: number;
  readonly uid: string;
}

/** A way to a server, whose connections follow one another: what was asked of them, and what came of it. */
export interface AskedSession {
  /** How many connections it has had: the number of the present one. */
  connection: number;
  /** Which cluster is behind it, once that was asked. */
  asked: Promise<Behind> | undefined;
  /** Connections in a row that ended once they were asked that, before a call went over them. */
  vain: number;
  /** The last one of them. */
  vainOver: number;
  /** Calls on their way that were let over a connection because of what is behind it. */
  letOver: number;
}

export const NOT_ASKED: Readonly<AskedSession> = { connection: 0, asked: undefined, vain: 0, vainOver: 0, letOver: 0 };

/** Asks over the present connection of a session, and notes the one that it went over. */
export type AskWho<S> = (session: S, signal: AbortSignal, note: (connection: number) => void) => Promise<KubeResponse>;

/** A connection ended before a request went over it, and the next one leads anywhere: nothing was sent. */
export class ConnectionOver extends Error {
  override readonly name = "ConnectionOver";
}

/** Sends a call over a connection whose cluster is the one it is meant for; `send` throws ConnectionOver where it is over. */
export type SendWhere<S> = <T>(
  session: S,
  cluster: string,
  signal: AbortSignal,
  send: (connection: number) => Promise<T>,
) => Promise<T>;

/** So many connections in a row end in vain before that is told. */
const MOST_IN_VAIN = 6;
/** The first ends as connections do; then longer and longer, 0.75 s in all. */
const pauseMs = (vain: number): number => (vain < 2 ? 0 : backOff({ first: 50, most: Infinity }, vain - 2));
/** A refusal holds for whoever would ask meanwhile, or each call would ask anew. */
const REFUSED_MS = 1_000;

const cutShort = (): ApiError =>
  new ApiError(WHO_ASKED, {
    errorClass: "CUT_SHORT",
    status: 0,
    reason: "ConnectionsCutShort",
    message: `each of ${MOST_IN_VAIN} connections ended once it had been asked which cluster it leads to, so nothing more was sent`,
    causes: [],
  });

/** A connection was asked where it leads, and is over. What is still under way over an earlier one may be answered yet. */
export const countVain = (session: AskedSession, connection: number): void => {
  if (session.letOver > 0 || session.vainOver >= connection) return;
  session.vainOver = connection;
  session.vain += 1;
};

/** Whoever asks does not leave: others wait for the same word. */
const NEVER = new AbortController().signal;
const ASK_DEADLINE_MS = 10_000;

/** Asks each connection of one API server which cluster is behind it: one call a connection, however many ask. */
export const openSendWhere = <S extends AskedSession>(
  ask: AskWho<S>,
  clock: Pick<Clock, "after" | "monotonic" | "sleep">,
  observe: ((call: KubeCall) => void) | undefined,
): SendWhere<S> => {
  let refused: { readonly why: ApiError; readonly until: number } | undefined;
  const refuse = (why: ApiError): ApiError => {
    refused = { why, until: clock.monotonic() + Math.max(REFUSED_MS, why.retryAfterMs ?? 0) };
    return why;
  };
  const askInTime = async (session: S) => {
    const started = clock.monotonic();
    const limit = withDeadline(clock, NEVER, ASK_DEADLINE_MS);
    limit.start();
    let connection = 0;
    let status = 0;
    try {
      const answer = await ask(session, limit.signal, (number) => (connection = number));
      status = answer.status;
      return { connection, answer };
    } catch (error) {
      throw limit.expired() ? noWordError(ASK_DEADLINE_MS) : error;
    } finally {
      limit.done();
      observe?.({ ...WHO, status, durationMs: clock.monotonic() - started });
    }
  };
  const askAnew = async (session: S): Promise<Behind> => {
    if (refused !== undefined && clock.monotonic() < refused.until) throw refused.why;
    if (session.vain >= MOST_IN_VAIN) {
      session.vain -= 1; // one more try when somebody asks again
      throw refuse(cutShort());
    }
    const ms = pauseMs(session.vain);
    if (ms > 0) await clock.sleep(ms);
    const { connection, answer } = await askInTime(session).catch((error: unknown) => {
      throw toNetworkError(WHO_ASKED, error);
    });
    try {
      return { connection, uid: uidOf(answer) };
    } catch (error) {
      // Who is refused for his credentials asks again with new ones.
      throw isApiError(error) && error.errorClass !== "AUTH" ? refuse(error) : error;
    }
  };
  const askOnce = (session: S): Promise<Behind> => {
    const asked = askAnew(session).catch((error: unknown) => {
      if (session.asked === asked) session.asked = undefined;
      throw isApiError(error) ? new NotIdentified(error) : error;
    });
    session.asked = asked;
    return asked;
  };
  const behind = async (session: S, signal: AbortSignal): Promise<Behind> => {
    for (;;) {
      const asked = session.asked ?? askOnce(session);
      const found = await orAborted(asked, signal);
      if (found.connection === session.connection) return found;
      countVain(session, found.connection);
      if (session.asked === asked) session.asked = undefined;
    }
  };
  return async (session, cluster, signal, send) => {
    for (;;) {
      const found = await behind(session, signal);
      if (found.uid !== cluster) throw new OtherCluster(cluster, found.uid);
      try {
        return await send(found.connection);
      } catch (error) {
        if (!(error instanceof ConnectionOver)) throw error;
      }
    }
  };
};
