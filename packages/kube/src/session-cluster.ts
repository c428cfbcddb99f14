import { backOff, orAborted, pause } from "@evenkeel/async";

import { ApiError, isApiError } from "./api-error.ts";
import { uidOf } from "./cluster-uid.ts";
import type { HttpSession } from "./http-session.ts";
import { toNetworkError } from "./network-error.ts";
import { NotIdentified } from "./not-identified.ts";
import { OtherCluster } from "./other-cluster.ts";
import { countVain } from "./over-connection.ts";
import type { KubeResponse } from "./transport.ts";
import { WHO_ASKED } from "./who-is-asked.ts";

/** Asks over the present connection of a session; `connection` is the one that it went over. */
export type AskWho = (session: HttpSession) => Promise<{ readonly connection: number; readonly answer: KubeResponse }>;

/** The cluster behind one connection. */
export interface Behind {
  readonly connection: number;
  readonly uid: string;
}

/** The connection over which a call for this cluster may go. Throws OtherCluster and NotIdentified. */
export type ConnectionTo = (session: HttpSession, cluster: string, signal: AbortSignal) => Promise<Behind>;

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

/** Asks each connection of one API server which cluster is behind it: one call a connection, however many ask. */
export const openConnectionTo = (ask: AskWho, now = () => performance.now()): ConnectionTo => {
  let refused: { readonly why: ApiError; readonly until: number } | undefined;
  const refuse = (why: ApiError): ApiError => {
    refused = { why, until: now() + Math.max(REFUSED_MS, why.retryAfterMs ?? 0) };
    return why;
  };
  const askAnew = async (session: HttpSession): Promise<Behind> => {
    if (refused !== undefined && now() < refused.until) throw refused.why;
    if (session.vain >= MOST_IN_VAIN) {
      session.vain -= 1; // one more try when somebody asks again
      throw refuse(cutShort());
    }
    await pause(pauseMs(session.vain));
    const { connection, answer } = await ask(session).catch((error: unknown) => {
      throw toNetworkError(WHO_ASKED, error);
    });
    try {
      return { connection, uid: uidOf(answer) };
    } catch (error) {
      // Who is refused for his credentials asks again with new ones.
      throw isApiError(error) && error.errorClass !== "AUTH" ? refuse(error) : error;
    }
  };
  const askOnce = (session: HttpSession): Promise<Behind> => {
    const asked = askAnew(session).catch((error: unknown) => {
      if (session.asked === asked) session.asked = undefined;
      throw isApiError(error) ? new NotIdentified(error) : error;
    });
    session.asked = asked;
    return asked;
  };
  const behind = async (session: HttpSession, signal: AbortSignal): Promise<Behind> => {
    for (;;) {
      const asked = session.asked ?? askOnce(session);
      const found = await orAborted(asked, signal);
      if (found.connection === session.connection) return found;
      countVain(session, found.connection);
      if (session.asked === asked) session.asked = undefined;
    }
  };
  return async (session, cluster, signal) => {
    const found = await behind(session, signal);
    if (found.uid !== cluster) throw new OtherCluster(cluster, found.uid);
    return found;
  };
};
