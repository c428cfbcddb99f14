import { setTimeout as wait } from "node:timers/promises";

import { ApiError } from "./api-error.ts";
import { classifyResponse, retryAfterMs } from "./classify-response.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { aboutOf } from "./call-about.ts";
import { openWindow } from "./concurrency-window.ts";
import type { ConcurrencyWindow } from "./concurrency-window.ts";
import type { HttpSession } from "./http-session.ts";
import { createLateAborts } from "./late-abort.ts";
import { openStream } from "./line-stream.ts";
import { deadlineError, noPlaceError, noWordError, protocolError, toNetworkError } from "./network-error.ts";
import { NotIdentified } from "./not-identified.ts";
import { drop } from "./read-body.ts";
import { credentialSource } from "./resolve-credentials.ts";
import { openSender, plainHeaders, readAnswer, requestHeaders, subjectOf } from "./send-call.ts";
import { openSessions } from "./session-set.ts";
import type { KubeCall, KubeRequest, KubeResponse, KubeTransport } from "./transport.ts";

const DEADLINE_MS = 30_000;
const SLOW_MS = 1_000;
const THROTTLED_PAUSE_MS = 1_000;
const THROTTLED_TURNS = 4;
const MOST_OF_A_REFUSAL = 1024 * 1024;

export interface TransportOptions {
  /** Forces HTTP/1.1, for a proxy that breaks HTTP/2. */
  readonly http1?: boolean;
  readonly window?: ConcurrencyWindow;
  /** Stands between the cluster and whoever calls it: sees each call, and may refuse it. */
  readonly guard?: (transport: KubeTransport) => KubeTransport;
  /** Told of each finished call. */
  readonly observe?: (call: KubeCall) => void;
}

const notIdentified = (error: unknown): NotIdentified => {
  if (error instanceof NotIdentified) return error;
  throw error;
};

/** It ended while it waited for its turn: nothing was sent. */
class NoPlace extends Error {
  override readonly name = "NoPlace";
}

/** Ties a caller's signal and a deadline, which runs from `start` on, to one controller; `done` must be called. */
const withDeadline = (signal: AbortSignal, ms: number) => {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  let expired = false;
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    start: () => {
      timer ??= setTimeout(() => {
        expired = true;
        controller.abort();
      }, ms);
    },
    expired: () => expired,
    done: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
};

/** Opens the transport to one API server; nothing is sent before the first call. */
export const openTransport = (access: ClusterAccess, options: TransportOptions = {}): KubeTransport => {
  const source = credentialSource(access.credentials);
  const window = options.window ?? openWindow();
  const observe = options.observe ?? (() => undefined);
  const sessions = openSessions(access, options.http1 ?? false, async () =>
    requestHeaders({ method: "GET", path: "/livez" }, await source.current(), access),
  );
  const send = openSender(access, source, observe);

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
  const exchange = async (request: KubeRequest, signal: AbortSignal, onSend: () => void): Promise<KubeResponse> => {
    const session = sessions.forCall(await source.current());
    signal.throwIfAborted();
    using late = lateAbort(signal);
    return await Promise.race([answerOn(session, request, late.signal, onSend), late.ended]);
  };

  /** A place is not held for longer than the call may take by itself. */
  const exchangeInTime = async (
    request: KubeRequest,
    signal: AbortSignal,
    onSend: () => void,
  ): Promise<KubeResponse> => {
    const { answerMs } = request;
    if (answerMs === undefined) return exchange(request, signal, onSend);
    const limit = withDeadline(signal, answerMs);
    const onSent = (): void => {
      onSend();
      limit.start();
    };
    try {
      return await exchange(request, limit.signal, onSent);
    } catch (error) {
      throw limit.expired() && !signal.aborted ? deadlineError(subjectOf(request), answerMs) : error;
    } finally {
      limit.done();
    }
  };

  const exchangeInWindow = async (
    request: KubeRequest,
    signal: AbortSignal,
    onSend: () => void,
  ): Promise<KubeResponse> => {
    const about = aboutOf(request.path);
    const kind = { about, share: request.share, look: request.look };
    await window.acquire(signal, kind).catch((cause: unknown) => {
      throw new NoPlace("no place among the open calls", { cause });
    });
    const started = performance.now();
    let status = 0;
    let isSent = false;
    const onSent = (): void => {
      onSend();
      isSent = true;
    };
    try {
      const response = await exchangeInTime(request, signal, onSent);
      status = response.status;
      const pauseMs = retryAfterMs(response.headers) ?? (status === 429 ? THROTTLED_PAUSE_MS : 0);
      if ((status === 429 || status === 503) && pauseMs > 0) window.pause(pauseMs, about);
      return response;
    } finally {
      const durationMs = performance.now() - started;
      const overloaded = status === 0 || status === 429 || status === 503;
      window.release(overloaded && !signal.aborted ? "overloaded" : durationMs > SLOW_MS ? "slow" : "fast", kind);
      if (isSent) observe({ method: request.method, path: request.path, status, durationMs });
    }
  };

  /**
   * One retry with fresh credentials after a 401; a 429 was not carried out, so it waits for its turn again. One that comes
   * back every time is an answer: whoever asked must be able to tell it.
   */
  const untilAnswered = async (
    request: KubeRequest,
    signal: AbortSignal,
    onSend: () => void,
    endsAt: number,
  ): Promise<KubeResponse> => {
    let turns = 0;
    for (let renewed = false; ;) {
      const answer = await exchangeInWindow(request, signal, onSend).catch(notIdentified);
      const isUnauthorized =
        answer instanceof NotIdentified ? answer.error.errorClass === "AUTH" : answer.status === 401;
      if (isUnauthorized && !renewed) {
        renewed = true;
        source.drop();
      } else if (answer instanceof NotIdentified) {
        const pauseMs = answer.error.retryAfterMs ?? THROTTLED_PAUSE_MS;
        const isOver = (turns += 1) >= THROTTLED_TURNS || performance.now() + pauseMs >= endsAt;
        if (answer.error.errorClass !== "THROTTLED" || isOver) throw answer;
        await wait(pauseMs, undefined, { signal });
      } else if (answer.status !== 429 || (turns += 1) >= THROTTLED_TURNS) return answer;
    }
  };

  return {
    request: async (request, signal) => {
      const deadlineMs = request.deadlineMs ?? DEADLINE_MS;
      const limit = withDeadline(signal, deadlineMs);
      limit.start();
      let isSent = false;
      try {
        return await untilAnswered(request, limit.signal, () => (isSent = true), performance.now() + deadlineMs);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (limit.expired()) {
          if (error instanceof NoPlace) throw noPlaceError(subjectOf(request), deadlineMs);
          if (!isSent) throw noWordError(deadlineMs);
          throw deadlineError(subjectOf(request), deadlineMs);
        }
        throw toNetworkError(subjectOf(request), error);
      } finally {
        limit.done();
      }
    },
    stream: async (request, signal) => {
      const session = sessions.forWatch(await source.current());
      session.open += 1;
      const release = (): void => sessions.release(session);
      const controller = new AbortController();
      const onAbort = (): void => controller.abort(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      const limit = withDeadline(signal, request.deadlineMs ?? DEADLINE_MS);
      limit.start();
      limit.signal.addEventListener("abort", () => controller.abort(limit.signal.reason), { once: true });
      try {
        const answer = await send(session, request, controller.signal);
        if (answer.statusCode !== 200) {
          const refusal = await readAnswer(request, answer, MOST_OF_A_REFUSAL);
          if (refusal.status === 401) source.drop();
          const detail = classifyResponse("GET", refusal);
          if (detail !== undefined) throw new ApiError(subjectOf(request), detail);
          throw protocolError(subjectOf(request), `a watch answered with status ${refusal.status}`);
        }
        const headers = plainHeaders(answer.headers);
        if ((headers["content-encoding"] ?? "identity") !== "identity") {
          drop(answer.body);
          throw protocolError(subjectOf(request), "a watch in an encoding that was not asked for");
        }
        limit.done();
        return openStream({ subject: subjectOf(request), request, headers, body: answer.body, signal }, () => {
          signal.removeEventListener("abort", onAbort);
          release();
        });
      } catch (error) {
        limit.done();
        signal.removeEventListener("abort", onAbort);
        release();
        if (signal.aborted) throw signal.reason;
        if (error instanceof NotIdentified && error.error.errorClass === "AUTH") source.drop();
        if (limit.expired()) throw deadlineError(subjectOf(request), request.deadlineMs ?? DEADLINE_MS);
        throw toNetworkError(subjectOf(request), error);
      }
    },
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  };
};
