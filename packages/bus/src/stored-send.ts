import { headers, type MsgHdrs } from "@nats-io/nats-core";
import type { StoredMsg } from "@nats-io/jetstream";

import { backOffMs, orAborted, pause } from "./back-off.ts";
import { BusConflict, BusRefused, BusUnavailable } from "./bus-errors.ts";
import { ConnectionLost, failureOf, wordsOf } from "./explain-failure.ts";
import { header } from "./headers.ts";
import type { Published } from "./port.ts";
import type { Wire } from "./wire.ts";

export interface StoredMessage {
  readonly stream: string;
  readonly subject: string;
  readonly body: Uint8Array;
  /** The stream drops a repeat, and after a lost answer it tells whether the message is ours. */
  readonly messageId: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expectLast?: number;
}

/** How long a send is tried before it is BusUnavailable. */
export const giveUpMs = 30_000;

/** Stores one message; retries with the same id while the answer is in doubt, and reads back instead of guessing. */
export const sendStored = async (
  wire: Wire,
  message: StoredMessage,
  options: { readonly giveUpMs?: number; readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Published> => {
  const head = headersOf(message);
  const end = performance.now() + (options.giveUpMs ?? giveUpMs);
  let inDoubt = false;
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      const ack = await orAborted(
        orReconnected(
          wire,
          wire.js.publish(message.subject, message.body, { headers: head, timeout: options.timeoutMs ?? 5000 }),
        ),
        options.signal,
      );
      return { sequence: ack.seq, duplicate: ack.duplicate };
    } catch (error) {
      if (options.signal?.aborted === true) throw options.signal.reason;
      const failure = failureOf(error);
      if (failure === "conflict") {
        const ours = inDoubt ? await ownMessage(wire, message, options.signal) : undefined;
        if (ours !== undefined) return { sequence: ours.seq, duplicate: true };
        throw new BusConflict(`${message.subject} was written since (expected ${message.expectLast})`, {
          cause: error,
        });
      }
      if (failure === "refused") {
        throw new BusRefused(`${message.subject} was refused: ${wordsOf(error)}`, { cause: error });
      }
      if (failure === "full") {
        wire.log.error("stream is full", { subject: message.subject, error });
        throw new BusUnavailable(`${message.subject} was not stored: ${wordsOf(error)}`, { cause: error });
      }
      inDoubt = true;
      if (performance.now() > end) {
        throw new BusUnavailable(`${message.subject} got no answer: ${wordsOf(error)}`, { cause: error });
      }
      await pause(backOffMs(attempt, 250, 5000), options.signal);
    }
  }
};

const headersOf = (message: StoredMessage): MsgHdrs => {
  const head = headers();
  head.set(header.messageId, message.messageId);
  if (message.expectLast !== undefined) head.set(header.expectLast, String(message.expectLast));
  for (const [name, value] of Object.entries(message.headers ?? {})) head.set(name, value);
  return head;
};

const ownMessage = async (wire: Wire, message: StoredMessage, signal?: AbortSignal): Promise<StoredMsg | undefined> => {
  const last = await readStored(wire, message.stream, { last_by_subj: message.subject }, signal);
  return last?.header.get(header.messageId) === message.messageId ? last : undefined;
};

/** One stored message through the stream's leader, or undefined; retried as a send is. */
export const readStored = async (
  wire: Wire,
  stream: string,
  query: { readonly last_by_subj: string } | { readonly seq: number; readonly next_by_subj?: string },
  signal?: AbortSignal,
): Promise<StoredMsg | undefined> => {
  const found = await retried(
    () => orReconnected(wire, wire.jsm.streams.getMessage(stream, query as { last_by_subj: string })),
    stream,
    signal,
  );
  return found ?? undefined;
};

/** An answer that was under way when the connection was lost does not come any more. */
const orReconnected = async <T>(wire: Wire, answer: Promise<T>): Promise<T> => {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const stop = wire.connection.onReconnect(() => reject(new ConnectionLost("connection was lost")));
  try {
    return await Promise.race([answer, lost]);
  } finally {
    stop();
    answer.catch(() => {});
  }
};

/** Repeats a reading request until it is answered, refused, or `giveUpMs` are over. */
export const retried = async <T>(request: () => Promise<T>, subject: string, signal?: AbortSignal): Promise<T> => {
  const end = performance.now() + giveUpMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await orAborted(request(), signal);
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (failureOf(error) === "refused")
        throw new BusRefused(`${subject} was refused: ${wordsOf(error)}`, { cause: error });
      if (performance.now() > end)
        throw new BusUnavailable(`${subject} got no answer: ${wordsOf(error)}`, { cause: error });
      await pause(backOffMs(attempt, 250, 5000), signal);
    }
  }
};
