import { ApiError, classifyResponse } from "@evenkeel/kube";
import type { KubeRequest, KubeResponse, KubeTransport } from "@evenkeel/kube";

import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { ApiAnswer, ApiHandler, ApiUser, StreamAnswer } from "../server/exchange.ts";
import { openLines } from "./in-process-stream.ts";
import { ADMIN } from "./kept-identity.ts";
import { CLIENT_GONE, MAX_BODY_BYTES, bodyTooLarge, internalError } from "./refusals.ts";
import { ConnectionBroken } from "./connection-broken.ts";

const DEADLINE_MS = 30_000;
const THROTTLED_PAUSE_MS = 1_000;
const NO_BODY = new Uint8Array();

const subjectOf = (request: KubeRequest): string => `${request.method} ${request.path.split("?")[0]}`;

const unanswered = (subject: string, reason: string, message: string, cause?: unknown): ApiError =>
  new ApiError(subject, { errorClass: "TRANSIENT", status: 0, reason, message, causes: [] }, { cause });

const headersOf = (request: KubeRequest): Record<string, string> => {
  if (request.impersonate === "") throw new RangeError("an empty identity cannot be impersonated");
  return {
    accept: "application/json",
    "user-agent": "evenkeel",
    ...request.headers,
    ...(request.impersonate === undefined ? {} : { "impersonate-user": request.impersonate }),
  };
};

/** What is not a stream, or is not to be read as one. */
const wholeBody = async (answer: ApiAnswer): Promise<KubeResponse> => {
  const { headers, status } = answer;
  if (answer.kind === "plain") return { status, headers, body: Buffer.from(answer.body, "utf8") };
  const lines: string[] = [];
  for await (const line of answer.lines) lines.push(`${line}\n`);
  return { status, headers, body: Buffer.from(lines.join(""), "utf8") };
};

const asStream = (answer: ApiAnswer): StreamAnswer => {
  if (answer.kind === "stream") return answer;
  const lines = answer.body.split("\n").slice(0, -1); // a last line without its end was cut off
  return {
    kind: "stream",
    status: 200,
    headers: answer.headers,
    lines: (async function* () {
      yield* lines;
    })(),
  };
};

/** Waits for an answer until the caller's signal, or `ms` of the cluster's clock, is over; `leave` ends the request below. */
const within = async <T>(
  waited: Promise<T>,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  leave: () => void,
  subject: string,
): Promise<T> => {
  const given = Promise.withResolvers<never>();
  const onAbort = (): void => given.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const cancel = clock.after(ms, () =>
    given.reject(unanswered(subject, "DeadlineExceeded", `no answer within ${ms} ms`)),
  );
  try {
    return await Promise.race([waited, given.promise]);
  } catch (error) {
    leave();
    if (error instanceof ConnectionBroken) throw unanswered(subject, error.code, error.message, error);
    throw error;
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
  }
};

/**
 * The front without a socket: same handler, same bytes, errors as those of the HTTP transport, on the cluster's clock
 * (deadlines, silence, Retry-After). `user` is an administrator by default; bytes are copied both ways.
 */
export const openInProcess = (
  cluster: { readonly handle: ApiHandler; readonly clock?: Clock },
  user: ApiUser = ADMIN,
): KubeTransport => {
  const clock = cluster.clock ?? systemClock;
  const open = new Set<AbortController>();
  const asked: ApiUser = { name: user.name, groups: [...new Set([...user.groups, "system:authenticated"])] };

  const ask = async (request: KubeRequest, signal: AbortSignal): Promise<ApiAnswer> => {
    const body = request.body === undefined ? NO_BODY : Uint8Array.from(request.body);
    if (body.length > MAX_BODY_BYTES) return bodyTooLarge(MAX_BODY_BYTES);
    const { method, path } = request;
    try {
      return await cluster.handle({ method, path, headers: headersOf(request), body, user: asked, signal });
    } catch (error) {
      if (error instanceof ConnectionBroken || error instanceof RangeError || signal.aborted) throw error;
      return internalError(error);
    }
  };
  let paused: Promise<void> | undefined;
  /** No call starts for so long, as with the HTTP transport. */
  const pause = (ms: number): void => {
    const pausing = new Promise<void>((resolve) => clock.after(ms, resolve));
    paused = pausing;
    void pausing.then(() => {
      if (paused === pausing) paused = undefined;
    });
  };
  /** A 429 was not carried out: it goes again when its time has come. */
  const untilAnswered = async (request: KubeRequest, signal: AbortSignal): Promise<KubeResponse> => {
    for (;;) {
      if (paused !== undefined) await paused;
      signal.throwIfAborted();
      const response = await wholeBody(await ask(request, signal));
      const seconds = Number(response.headers["retry-after"]);
      const pauseMs = seconds > 0 ? seconds * 1_000 : response.status === 429 ? THROTTLED_PAUSE_MS : 0;
      if ((response.status === 429 || response.status === 503) && pauseMs > 0) pause(pauseMs);
      if (response.status !== 429) return response;
    }
  };
  const begin = (signal: AbortSignal) => {
    signal.throwIfAborted();
    const controller = new AbortController();
    open.add(controller);
    return {
      signal: controller.signal,
      done: () => void open.delete(controller),
      leave: () => {
        controller.abort(CLIENT_GONE);
        open.delete(controller);
      },
    };
  };

  return {
    request: async (request, signal) => {
      const below = begin(signal);
      const deadlineMs = request.deadlineMs ?? DEADLINE_MS;
      const answered = untilAnswered(request, below.signal);
      try {
        return await within(answered, clock, deadlineMs, signal, below.leave, subjectOf(request));
      } finally {
        below.done();
      }
    },
    stream: async (request, signal) => {
      const below = begin(signal);
      const subject = subjectOf(request);
      const deadlineMs = request.deadlineMs ?? DEADLINE_MS;
      const answer = await within(ask(request, below.signal), clock, deadlineMs, signal, below.leave, subject);
      if (answer.status !== 200) {
        below.leave();
        const detail = classifyResponse("GET", await wholeBody(answer));
        if (detail !== undefined) throw new ApiError(subject, detail);
      }
      return openLines({
        answer: asStream(answer),
        clock,
        signal,
        close: below.leave,
        silenceMs: request.silenceMs,
        onSilent: () => unanswered(subject, "WatchSilent", `no event and no bookmark for ${request.silenceMs} ms`),
        classify: (error) =>
          error instanceof ApiError ? error : unanswered(subject, "ECONNRESET", String(error), error),
      });
    },
    [Symbol.asyncDispose]: async () => {
      for (const controller of open) controller.abort(CLIENT_GONE);
      open.clear();
    },
  };
};
