import { NotSimulated } from "../not-simulated.ts";
import { fieldsOf, withFields } from "../wire/headers.ts";
import { type ApiError, apiError } from "./api-error.ts";
import { noRoomFor, type Stream } from "./stream.ts";
import type { StoredMessage } from "./stored-message.ts";

/** What became of a message that was sent to a stream. */
export type Stored =
  | { readonly kind: "stored"; readonly message: StoredMessage }
  | { readonly kind: "duplicate"; readonly seq: number }
  | { readonly kind: "refused"; readonly error: ApiError };

const known = {
  id: "Nats-Msg-Id",
  expectLast: "Nats-Expected-Last-Subject-Sequence",
  ttl: "Nats-TTL",
  rollup: "Nats-Rollup",
  apiLevel: "Nats-Required-Api-Level",
  markerReason: "Nats-Marker-Reason",
} as const;

const refused = (error: ApiError): Stored => ({ kind: "refused", error });

const MOST_HEADER = 65_535;
const none: ReadonlyMap<string, string> = new Map();

/**
 * Stores a message, or says why not. One server looks at what is expected before it looks at the id; several look at the
 * id first.
 */
export const publish = (stream: Stream, subject: string, header: Uint8Array | undefined, body: Uint8Array): Stored => {
  const { config, log } = stream;
  const size = (header?.length ?? 0) + body.length;
  if (config.max_msg_size >= 0 && size > config.max_msg_size) return refused(apiError.messageTooLarge);
  const fields = header === undefined ? none : fieldsOf(header);
  if (header !== undefined && header.length > MOST_HEADER) throw new NotSimulated("a header of more than 64 KiB");
  for (const name of fields.keys()) if (name.startsWith("Nats-")) checkKnown(name);
  const id = fields.get(known.id);
  const duplicate = (): Stored | undefined => {
    const seq = id === undefined || id === "" ? undefined : stream.duplicateOf(id);
    return seq === undefined ? undefined : { kind: "duplicate", seq };
  };
  const isReplicated = config.num_replicas > 1;
  const ttlText = fields.get(known.ttl);
  const ttl = ttlText === undefined || ttlText === "" ? 0 : ttlOf(ttlText);
  if (ttl !== undefined && ttl !== 0 && !config.allow_msg_ttl) return refused(apiError.ttlDisabled);
  if (isReplicated) {
    const seen = duplicate();
    if (seen !== undefined) return seen;
  }
  const expected = fields.get(known.expectLast);
  if (expected !== undefined && expected !== "") {
    const last = log.lastOf(subject)?.seq ?? 0;
    if (last !== Number(expected)) return refused(apiError.wrongLastSequence(last));
  }
  if (!isReplicated) {
    const seen = duplicate();
    if (seen !== undefined) return seen;
  }
  const rollup = fields.get(known.rollup);
  if (rollup !== undefined && rollup !== "") {
    if (!config.allow_rollup_hdrs || config.deny_purge) return refused(apiError.rollupFailed("rollup not permitted"));
    throw new NotSimulated("a rollup where it is allowed");
  }
  if (ttl === undefined) return refused(apiError.invalidTtl);
  const noRoom = noRoomFor(stream, subject, header, body);
  if (noRoom !== undefined) return refused(apiError.storeFailed(noRoom));
  // Marks of what is gone must outlive what they are about.
  const least = (config.subject_delete_marker_ttl ?? 0) / 1e6;
  const isShort = ttl > 0 && ttl < least && config.max_msgs_per_subject !== 1;
  const kept = header !== undefined && isShort ? withTtl(header, least / 1000) : header?.slice();
  const message = stream.store(subject, kept, body.slice(), {
    id: id === "" ? undefined : id,
    ttlMs: ttl === 0 ? undefined : isShort ? least : ttl,
  });
  return { kind: "stored", message };
};

const checkKnown = (name: string): void => {
  if (!(Object.values(known) as readonly string[]).includes(name)) throw new NotSimulated(`the header ${name}`);
};

const withTtl = (header: Uint8Array, seconds: number): Uint8Array => {
  const rest = Buffer.from(header)
    .toString("latin1")
    .replace(/Nats-TTL:[^\r]*\r\n/, "");
  return withFields(Buffer.from(rest, "latin1"), [[known.ttl, seconds]]);
};

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds; -1: never; undefined: what the server does not take. */
const ttlOf = (text: string): number | undefined => {
  if (text.toLowerCase() === "never") return -1;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+[smh])+$/.test(text)) return undefined;
  const ms = [...text.matchAll(/(\d+)([smh])/g)].reduce(
    (sum, [, n, unit = "s"]) => sum + Number(n) * (units[unit] ?? 0),
    0,
  );
  return ms < 1000 ? undefined : ms;
};

/** The answer to who sent it, in the server's own form. */
export const pubAck = (stream: string, stored: Stored): string => {
  switch (stored.kind) {
    case "stored":
      return `{"stream":"${stream}", "seq":${stored.message.seq}}`;
    case "duplicate":
      return `{"stream":"${stream}", "seq":${stored.seq},"duplicate": true}`;
    case "refused":
      return JSON.stringify({ error: stored.error, stream, seq: 0 });
  }
};
