import { orAborted } from "@evenkeel/async";
import { JetStreamApiError } from "@nats-io/jetstream";
import { headers, type Msg } from "@nats-io/nats-core";

import { againMs } from "../wire/back-off.ts";
import { BusRefused, BusUnavailable } from "../bus-errors.ts";
import { failureOf, wordsOf } from "../wire/explain-failure.ts";
import type { Wire } from "../wire/wire.ts";

/** A message as it lies in its stream. */
export interface Stored {
  readonly subject: string;
  readonly seq: number;
  readonly time: Date;
  readonly data: Uint8Array;
  readonly header: { readonly get: (name: string) => string };
}

/** How long a request is tried before it is BusUnavailable. */
export const GIVE_UP_MS = 30_000;

const TIMEOUT_MS = 5000;
const API = "$JS.API";
const NO_MESSAGE_FOUND = 10_037;
const none = new Uint8Array();

type ApiError = ConstructorParameters<typeof JetStreamApiError>[0];

/** The JSON of an answer of JetStream. Throws JetStreamApiError for one that says what is wrong. */
export const parseAnswer = <T>({ data }: Msg): T => {
  const answer = JSON.parse(textOf(data)) as T & { readonly error?: ApiError };
  if (answer.error !== undefined) throw new JetStreamApiError(answer.error);
  return answer;
};

export const textOf = (data: Uint8Array): string => Buffer.from(data.buffer, data.byteOffset, data.length).toString();

/** One stored message through the stream's leader, or undefined; retried as a send is. */
export const readStored = (
  wire: Wire,
  stream: string,
  query: { readonly last_by_subj: string } | { readonly seq: number; readonly next_by_subj?: string },
  signal?: AbortSignal,
): Promise<Stored | undefined> =>
  retried(
    wire,
    async () => {
      const body = Buffer.from(JSON.stringify(query));
      const answer = await wire.requests.send(`${API}.STREAM.MSG.GET.${stream}`, body, {
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      try {
        return storedOf(parseAnswer<{ readonly message: JsonMessage }>(answer).message);
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === NO_MESSAGE_FOUND) return undefined;
        throw error;
      }
    },
    stream,
    signal,
  );

/** The newest message of a subject from any replica, in raw bytes; undefined if that one has none. */
export const readNearest = (
  wire: Wire,
  stream: string,
  subject: string,
  signal?: AbortSignal,
): Promise<Stored | undefined> =>
  retried(
    wire,
    async () => {
      const answer = await wire.requests.send(`${API}.DIRECT.GET.${stream}.${subject}`, none, {
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      const head = answer.headers;
      if (head === undefined || head.code === 404) return undefined;
      if (head.code !== 0) throw new Error(`${head.code} ${head.description}`);
      const [seq, time] = [Number(head.get("Nats-Sequence")), new Date(head.get("Nats-Time-Stamp"))];
      return { subject, seq, time, data: answer.data, header: head };
    },
    stream,
    signal,
  );

interface JsonMessage {
  readonly subject: string;
  readonly seq: number;
  readonly time: string;
  readonly data?: string;
  readonly hdrs?: string;
}

const storedOf = ({ subject, seq, time, data, hdrs }: JsonMessage): Stored => ({
  subject,
  seq,
  time: new Date(time),
  data: data === undefined ? none : Buffer.from(data, "base64"),
  header: hdrs === undefined ? headers() : parseHeaders(Buffer.from(hdrs, "base64").toString()),
});

/** Headers as the protocol writes them; of a name that comes twice the first counts. */
const parseHeaders = (text: string): Stored["header"] => {
  const values = new Map<string, string>();
  for (const line of text.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    if (colon > 0 && !values.has(name)) values.set(name, line.slice(colon + 1).trim());
  }
  return { get: (name) => values.get(name) ?? "" };
};

/** Repeats a reading request until it is answered, refused, or `giveUpMs` are over. */
export const retried = async <T>(
  { clock, rng }: Wire,
  request: () => Promise<T>,
  subject: string,
  signal?: AbortSignal,
): Promise<T> => {
  const end = clock.monotonic() + GIVE_UP_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      return await orAborted(request(), signal);
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (failureOf(error) === "refused")
        throw new BusRefused(`${subject} was refused: ${wordsOf(error)}`, { cause: error });
      if (clock.monotonic() > end)
        throw new BusUnavailable(`${subject} got no answer: ${wordsOf(error)}`, { cause: error });
      await clock.sleep(againMs(attempt, rng), signal);
    }
  }
};
