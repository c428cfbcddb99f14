import type { Clock } from "@evenkeel/machine";

import { aboutOf } from "./call-about.ts";
import { retryAfterMs } from "./classify-response.ts";
import { openWindow } from "./concurrency-window.ts";
import type { ConcurrencyWindow } from "./concurrency-window.ts";
import { deadlineError, noPlaceError, noWordError, toNetworkError } from "./network-error.ts";
import { NotIdentified } from "./not-identified.ts";
import { subjectOf } from "./subject-of.ts";
import type { KubeCall, KubeRequest, KubeResponse, KubeTransport } from "./transport.ts";
import type { KubeWire } from "./wire.ts";
import { withDeadline } from "./with-deadline.ts";

const DEADLINE_MS = 30_000;
const SLOW_MS = 1_000;
const THROTTLED_PAUSE_MS = 1_000;
const THROTTLED_TURNS = 4;

/** What the calls over one wire share. */
export interface WireOptions {
  readonly clock: Clock;
  readonly window?: ConcurrencyWindow;
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

/** Puts over a bare wire what all calls go by: places in turn, deadlines, a second try after a 401 and after a 429. */
export const transportOver = (wire: KubeWire, options: WireOptions): KubeTransport => {
  const { clock, observe } = options;
  const window = options.window ?? openWindow(clock);

  /** A place is not held for longer than the call may take by itself. */
  const exchangeInTime = async (
    request: KubeRequest,
    signal: AbortSignal,
    onSend: () => void,
  ): Promise<KubeResponse> => {
    const { answerMs } = request;
    if (answerMs === undefined) return wire.exchange(request, signal, onSend);
    const limit = withDeadline(clock, signal, answerMs);
    const onSent = (): void => {
      onSend();
      limit.start();
    };
    try {
      return await wire.exchange(request, limit.signal, onSent);
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
    const started = clock.monotonic();
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
      const durationMs = clock.monotonic() - started;
      const overloaded = status === 0 || status === 429 || status === 503;
      window.release(overloaded && !signal.aborted ? "overloaded" : durationMs > SLOW_MS ? "slow" : "fast", kind);
      if (isSent) observe?.({ method: request.method, path: request.path, status, durationMs });
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
        wire.renew();
      } else if (answer instanceof NotIdentified) {
        const pauseMs = answer.error.retryAfterMs ?? THROTTLED_PAUSE_MS;
        const isOver = (turns += 1) >= THROTTLED_TURNS || clock.monotonic() + pauseMs >= endsAt;
        if (answer.error.errorClass !== "THROTTLED" || isOver) throw answer;
        await clock.sleep(pauseMs, signal);
      } else if (answer.status !== 429 || (turns += 1) >= THROTTLED_TURNS) return answer;
    }
  };

  return {
    request: async (request, signal) => {
      const deadlineMs = request.deadlineMs ?? DEADLINE_MS;
      const limit = withDeadline(clock, signal, deadlineMs);
      limit.start();
      let isSent = false;
      try {
        return await untilAnswered(request, limit.signal, () => (isSent = true), clock.monotonic() + deadlineMs);
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
      signal.throwIfAborted();
      const deadlineMs = request.deadlineMs ?? DEADLINE_MS;
      const opening = withDeadline(clock, signal, deadlineMs);
      opening.start();
      try {
        return await wire.stream(request, signal, opening.signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (opening.expired()) throw deadlineError(subjectOf(request), deadlineMs);
        throw toNetworkError(subjectOf(request), error);
      } finally {
        opening.done();
      }
    },
    [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
  };
};
