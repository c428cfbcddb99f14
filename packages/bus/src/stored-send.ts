import { backOffMs, pause } from "./back-off.ts";
import { BusConflict, BusRefused, BusUnavailable } from "./bus-errors.ts";
import { failureOf, wordsOf } from "./explain-failure.ts";
import { header } from "./headers.ts";
import type { Published } from "./port.ts";
import { giveUpMs, parseAnswer, readStored, type Stored } from "./read-stored.ts";
import { encodeHeaders } from "./requests.ts";
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
      const answer = await wire.requests.send(message.subject, message.body, {
        headers: head,
        timeoutMs: options.timeoutMs ?? 5000,
        signal: options.signal,
      });
      const ack = parseAnswer<PubAck>(answer);
      return { sequence: ack.seq, duplicate: ack.duplicate === true };
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

interface PubAck {
  readonly seq: number;
  readonly duplicate?: boolean;
}

const headersOf = ({ messageId, expectLast, headers = {} }: StoredMessage): Uint8Array =>
  encodeHeaders([
    [header.messageId, messageId],
    ...(expectLast === undefined ? [] : [[header.expectLast, String(expectLast)] as const]),
    ...Object.entries(headers),
  ]);

const ownMessage = async (wire: Wire, message: StoredMessage, signal?: AbortSignal): Promise<Stored | undefined> => {
  const last = await readStored(wire, message.stream, { last_by_subj: message.subject }, signal);
  return last?.header.get(header.messageId) === message.messageId ? last : undefined;
};
