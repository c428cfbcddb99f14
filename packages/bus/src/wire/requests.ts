import type { Clock } from "@evenkeel/machine";
import { createInbox, errors, type Msg, type MsgHdrs, type NatsConnection } from "@nats-io/nats-core";

import { ConnectionLost } from "./explain-failure.ts";

export interface RequestOptions {
  /** As `encodeHeaders` makes them. */
  readonly headers?: Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Requests over one subscription and one timer, for the client's own cost a quarter of a signed publish more, and do not end
 * when the connection is lost (ADR 37).
 */
export interface Requests {
  /** The answer. Throws TimeoutError, NoRespondersError, PermissionViolationError, ConnectionLost, the signal's reason. */
  send(subject: string, body: Uint8Array, options: RequestOptions): Promise<Msg>;
}

interface Pending {
  readonly subject: string;
  readonly endsAt: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (answer: Msg) => void;
  readonly reject: (error: unknown) => void;
}

/** Answers are waited for at least as long as asked, and so much longer at most. */
const SWEEP_MS = 250;

/** All requests of one connection, answered below its inbox prefix; what is under way when it is lost does not come any more, and is told so. */
export const openRequests = (nc: NatsConnection, inboxPrefix: string, clock: Clock): Requests => {
  const inbox = createInbox(inboxPrefix);
  const pending = new Map<string, Pending>();
  const bySignal = new Map<AbortSignal, { readonly keys: Set<string>; readonly onAbort: () => void }>();
  let count = 0;
  let sweeping: Disposable | undefined;

  const take = (key: string): Pending | undefined => {
    const request = pending.get(key);
    pending.delete(key);
    if (request?.signal === undefined) return request;
    const ofSignal = bySignal.get(request.signal);
    ofSignal?.keys.delete(key);
    if (ofSignal?.keys.size === 0) {
      request.signal.removeEventListener("abort", ofSignal.onAbort);
      bySignal.delete(request.signal);
    }
    return request;
  };
  /** One listener a signal, however many requests it may end. */
  const listen = (signal: AbortSignal, key: string): void => {
    const known = bySignal.get(signal);
    if (known !== undefined) return void known.keys.add(key);
    const keys = new Set([key]);
    const onAbort = (): void => {
      for (const each of keys) take(each)?.reject(signal.reason);
    };
    bySignal.set(signal, { keys, onAbort });
    signal.addEventListener("abort", onAbort, { once: true });
  };
  const rejectAll = (error: Error, which: (request: Pending) => boolean = () => true): void => {
    for (const [key, request] of pending) if (which(request)) take(key)?.reject(error);
  };
  const sweep = (): void => {
    sweeping = undefined;
    const now = clock.monotonic();
    for (const [key, { endsAt }] of pending) if (endsAt <= now) take(key)?.reject(new errors.TimeoutError());
    if (pending.size > 0) arm();
  };
  const arm = (): void => {
    sweeping ??= clock.after(SWEEP_MS, sweep);
  };

  nc.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error) return rejectAll(error);
      const request = take(message.subject.slice(inbox.length + 1));
      if (request === undefined) return;
      if (message.data.length === 0 && message.headers?.code === 503) {
        request.reject(new errors.NoRespondersError(request.subject));
      } else request.resolve(message);
    },
  });
  const follow = async (): Promise<void> => {
    for await (const status of nc.status()) {
      if (status.type === "reconnect") rejectAll(new ConnectionLost("connection was lost"));
      if (status.type !== "error" || !(status.error instanceof errors.PermissionViolationError)) continue;
      const { error } = status;
      if (error.operation === "publish") rejectAll(error, ({ subject }) => subject === error.subject);
    }
  };
  follow().catch(() => {});
  void nc.closed().then(() => {
    sweeping?.[Symbol.dispose]();
    rejectAll(new errors.ClosedConnectionError());
  });

  return {
    send: (subject, body, { headers, timeoutMs, signal }) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const key = (count++).toString(36);
        pending.set(key, { subject, endsAt: clock.monotonic() + timeoutMs, signal, resolve, reject });
        if (signal !== undefined) listen(signal, key);
        arm();
        try {
          nc.publish(subject, body, {
            reply: `${inbox}.${key}`,
            ...(headers === undefined ? {} : { headers: asEncoded(headers) }),
          });
        } catch (error) {
          take(key)?.reject(error);
        }
      }),
  };
};

/** The client asks headers for nothing but their bytes, which is not part of its interface. */
const asEncoded = (bytes: Uint8Array): MsgHdrs => ({ encode: () => bytes }) as unknown as MsgHdrs;

/** Headers as the protocol writes them. Throws TypeError for a value that would begin another header. */
export const encodeHeaders = (headers: Iterable<readonly [name: string, value: string]>): Uint8Array => {
  let text = "NATS/1.0\r\n";
  for (const [name, value] of headers) {
    if (/[\r\n]/.test(value) || !/^[!-9;-~]+$/.test(name)) throw new TypeError(`header ${name} is not legal`);
    text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}\r\n`);
};
