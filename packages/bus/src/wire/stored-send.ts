import { randomName } from "@evenkeel/machine";

import { againMs } from "./back-off.ts";
import { BusConflict, BusRefused, BusUnavailable } from "../bus-errors.ts";
import { failureOf, wordsOf } from "./explain-failure.ts";
import { header } from "./headers.ts";
import { keepRoom } from "../topology/keep-room.ts";
import type { Published } from "../port.ts";
import { GIVE_UP_MS, parseAnswer, readStored, type Stored } from "../facts/read-stored.ts";
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

/**
 * Stores one message; retries with the same id while the answer is in doubt, and reads back instead of guessing. Three
 * replicas answer `duplicate` before they look at what is expected: under an expectation that is a doubt too.
 */
export const sendStored = async (
  wire: Wire,
  message: StoredMessage,
  options: { readonly giveUpMs?: number; readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Published> => {
  let sending = message;
  if (message.expectLast === 0) await keepRoom(wire, message, options.signal);
  const end = wire.clock.monotonic() + (options.giveUpMs ?? GIVE_UP_MS);
  let inDoubt = false;
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      const answer = await wire.requests.send(message.subject, message.body, {
        headers: headersOf(sending),
        timeoutMs: options.timeoutMs ?? 5000,
        signal: options.signal,
      });
      const ack = parseAnswer<PubAck>(answer);
      const duplicate = ack.duplicate === true;
      if (!duplicate || message.expectLast === undefined) return { sequence: ack.seq, duplicate };
      const last = await lastOf(wire, message, options.signal);
      const ours = oursIn(last, sending);
      if (ours !== undefined) return { sequence: ours, duplicate };
      if ((last?.seq ?? 0) !== message.expectLast) throw lostTo(message);
      // What is expected still holds: only an earlier message of this id, gone since, is in the way.
      sending = { ...message, messageId: `${message.messageId}:${randomName(wire.rng)}` };
    } catch (error) {
      if (options.signal?.aborted === true) throw options.signal.reason;
      if (error instanceof BusConflict || error instanceof BusUnavailable || error instanceof BusRefused) throw error;
      const failure = failureOf(error);
      if (failure === "conflict") {
        const ours = inDoubt ? oursIn(await lastOf(wire, message, options.signal), sending) : undefined;
        if (ours !== undefined) return { sequence: ours, duplicate: true };
        throw lostTo(message, error);
      }
      if (failure === "refused") {
        throw new BusRefused(`${message.subject} was refused: ${wordsOf(error)}`, { cause: error });
      }
      if (failure === "full") {
        wire.log.error("stream is full", { subject: message.subject, error });
        throw new BusUnavailable(`${message.subject} was not stored: ${wordsOf(error)}`, { cause: error });
      }
      inDoubt = true;
      if (wire.clock.monotonic() > end) {
        throw new BusUnavailable(`${message.subject} got no answer: ${wordsOf(error)}`, { cause: error });
      }
      await wire.clock.sleep(againMs(attempt, wire.rng), options.signal);
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

const lastOf = (wire: Wire, { stream, subject }: StoredMessage, signal?: AbortSignal): Promise<Stored | undefined> =>
  readStored(wire, stream, { last_by_subj: subject }, signal);

/** Where our message lies, if it is the last one. */
const oursIn = (last: Stored | undefined, { messageId }: StoredMessage): number | undefined =>
  last?.header.get(header.messageId) === messageId ? last.seq : undefined;

const lostTo = ({ subject, expectLast }: StoredMessage, cause?: unknown): BusConflict =>
  new BusConflict(`${subject} was written since (expected ${expectLast})`, cause === undefined ? undefined : { cause });
