import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";

import type { ClusterAccess } from "./cluster-access.ts";
import type { HttpSession } from "./http-session.ts";
import { createLateAborts } from "./late-abort.ts";
import { openStream } from "./line-stream.ts";
import { notAStream, protocolError } from "./network-error.ts";
import { NotIdentified } from "./not-identified.ts";
import { drop } from "./read-body.ts";
import { credentialSource } from "./resolve-credentials.ts";
import { openSender, plainHeaders, readAnswer, requestHeaders } from "./send-call.ts";
import { openSessions } from "./session-set.ts";
import { subjectOf } from "./subject-of.ts";
import type { KubeRequest, KubeResponse, KubeTransport } from "./transport.ts";
import { transportOver } from "./wire-transport.ts";
import type { WireOptions } from "./wire-transport.ts";
import type { KubeWire } from "./wire.ts";

const MOST_OF_A_REFUSAL = 1024 * 1024;

export interface TransportOptions extends Omit<WireOptions, "clock"> {
  /** The machine's unless given. */
  readonly clock?: Clock;
  /** Forces HTTP/1.1, for a proxy that breaks HTTP/2. */
  readonly http1?: boolean;
  /** Stands between the cluster and whoever calls it: sees each call, and may refuse it. */
  readonly guard?: (transport: KubeTransport) => KubeTransport;
}

/** The wire over sockets; nothing is sent before the first call. */
const httpWire = (access: ClusterAccess, { http1, observe }: TransportOptions, clock: Clock): KubeWire => {
  const source = credentialSource(access.credentials);
  const sessions = openSessions(access, http1 ?? false, async () =>
    requestHeaders({ method: "GET", path: "/livez" }, await source.current(), access),
  );
  const send = openSender(access, source, clock, observe);

  const lateAbort = createLateAborts();
  const answerOn = async (
    session: HttpSession,
    request: KubeRequest,
    signal: AbortSignal,
    onSend: () => void,
  ): Promise<KubeResponse> => {
    session.open += 1;
    try {
      return await readAnswer(request, await send(session, request, signal, onSend));
    } finally {
      sessions.release(session);
    }
  };
  return {
    exchange: async (request, signal, onSend) => {
      const session = sessions.forCall(await source.current());
      signal.throwIfAborted();
      using late = lateAbort(signal);
      return await Promise.race([answerOn(session, request, late.signal, onSend), late.ended]);
    },
    renew: () => source.drop(),
    stream: async (request, signal, opening) => {
      const session = sessions.forWatch(await source.current());
      session.open += 1;
      const release = (): void => sessions.release(session);
      const controller = new AbortController();
      const onAbort = (): void => controller.abort(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      opening.addEventListener("abort", () => controller.abort(opening.reason), { once: true });
      if (opening.aborted) controller.abort(opening.reason);
      try {
        const answer = await send(session, request, controller.signal);
        if (answer.statusCode !== 200) {
          const refusal = await readAnswer(request, answer, MOST_OF_A_REFUSAL);
          if (refusal.status === 401) source.drop();
          throw notAStream(subjectOf(request), refusal);
        }
        const headers = plainHeaders(answer.headers);
        if ((headers["content-encoding"] ?? "identity") !== "identity") {
          drop(answer.body);
          throw protocolError(subjectOf(request), "a watch in an encoding that was not asked for");
        }
        return openStream({ subject: subjectOf(request), request, headers, body: answer.body, signal }, () => {
          signal.removeEventListener("abort", onAbort);
          release();
        });
      } catch (error) {
        signal.removeEventListener("abort", onAbort);
        release();
        if (error instanceof NotIdentified && error.error.errorClass === "AUTH") source.drop();
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  };
};

/** Opens the transport to one API server; nothing is sent before the first call. */
export const openTransport = (access: ClusterAccess, options: TransportOptions = {}): KubeTransport => {
  const clock = options.clock ?? systemClock;
  return transportOver(httpWire(access, options, clock), { ...options, clock });
};
