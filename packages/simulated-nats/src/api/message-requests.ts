import { apiError, Refused } from "../jetstream/api-error.ts";
import type { MessageLog } from "../jetstream/message-log.ts";
import type { StoredMessage } from "../jetstream/stored-message.ts";
import type { Stream } from "../jetstream/stream.ts";
import { headerBlock, withFields } from "../wire/headers.ts";
import type { Handle } from "./api-context.ts";
import { readBody } from "./read-body.ts";
import { streamNamed } from "./stream-requests.ts";

interface Query {
  readonly seq?: number;
  readonly last_by_subj?: string;
  readonly next_by_subj?: string;
}

const fields = ["seq", "last_by_subj", "next_by_subj"];

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
const find = (
  log: MessageLog,
  { seq = 0, last_by_subj: last, next_by_subj: next }: Query,
): StoredMessage | undefined => {
  if (next !== undefined) return log.next(next, seq);
  return last === undefined ? log.get(seq) : log.lastOf(last);
};

const getMessage: Handle = (context, { tokens, body }) => {
  if (body.length === 0) throw new Refused(apiError.badRequest);
  const query = readBody(body, fields) as Query;
  const { seq = 0, last_by_subj: last, next_by_subj: next } = query;
  const isBad =
    (seq > 0 && last !== undefined) ||
    (seq === 0 && last === undefined && next === undefined) ||
    (last !== undefined && next !== undefined);
  if (isBad) throw new Refused(apiError.badRequest);
  const message = find(context.seen(streamNamed(context, tokens[3])), query);
  if (message === undefined) throw new Refused(apiError.noMessageFound);
  return {
    message: {
      subject: message.subject,
      seq: message.seq,
      ...(message.header === undefined ? {} : { hdrs: base64(message.header) }),
      ...(message.body.length === 0 ? {} : { data: base64(message.body) }),
      time: new Date(message.ts).toISOString(),
    },
  };
};

const deleteMessage: Handle = (context, { tokens, body }) => {
  if (body.length === 0) throw new Refused(apiError.badRequest);
  const { seq } = readBody(body, ["seq", "no_erase"]) as { readonly seq: number };
  const stream = streamNamed(context, tokens[3]);
  if (stream.config.deny_delete) throw new Refused(apiError.messageDeleteFailed("message delete not permitted"));
  if (seq > stream.log.lastSeq) throw new Refused(apiError.messageDeleteFailed("stream store EOF"));
  if (!stream.drop(seq)) throw new Refused(apiError.sequenceNotFound(seq));
  return { success: true };
};

export const messageRequests: Readonly<Record<string, readonly [string, Handle]>> = {
  "STREAM.MSG.GET": ["stream_msg_get", getMessage],
  "STREAM.MSG.DELETE": ["stream_msg_delete", deleteMessage],
};

/** The raw answer of a direct get; undefined: nobody answers for such a stream. */
export const directGet = (
  stream: Stream | undefined,
  subject: string,
  body: Uint8Array,
): { readonly header: Uint8Array; readonly body: Uint8Array } | undefined => {
  if (stream === undefined || !stream.config.allow_direct) return undefined;
  const none = new Uint8Array();
  if (subject === "" && body.length === 0) return { header: headerBlock("408 Empty Request"), body: none };
  const query = subject === "" ? (readBody(body, fields) as Query) : { last_by_subj: subject };
  const message = find(stream.log, query);
  if (message === undefined) return { header: headerBlock("404 Message Not Found"), body: none };
  const header = withFields(message.header, [
    ["Nats-Stream", stream.config.name],
    ["Nats-Subject", message.subject],
    ["Nats-Sequence", message.seq],
    ["Nats-Time-Stamp", new Date(message.ts).toISOString()],
  ]);
  return { header, body: message.body };
};
