import {
  AnchorsRead,
  ApplyFinished,
  buckets,
  CommitObserved,
  DeadLetter,
  DesiredStateChanged,
  fillKey,
  flows,
  LedgerEntry,
  smallProfile,
  subjectOf,
} from "@evenkeel/contracts";
import type { Flow } from "@evenkeel/contracts";
import { always, brokenIf, fuzz, made, textOf } from "@evenkeel/fuzz";
import type { Chance } from "@evenkeel/fuzz";

import { readFact } from "../facts/read-fact.ts";
import type { RawFact } from "../facts/read-fact.ts";
import type { BucketName } from "../port.ts";
import { createSeal } from "../state/seal.ts";
import type { SignerName } from "../topology/bucket-writers.ts";
import { schemaMajor } from "../wire/headers.ts";
import { createServiceKey, signerOf } from "./service-key.ts";
import { factText } from "./sign-fact.ts";
import { trustBundleOf, verifierFor } from "./trust.ts";

const INSTALLATION = "here";
const AT = new Date(1_800_000_000_000);
const names: readonly SignerName[] = ["source-watcher", "renderer", "applier", "drift-detector", "status-api"];
const keys = new Map([...names, "stranger"].map((name) => [name, createServiceKey()]));
const signers = new Map([...keys].map(([name, { seed }]) => [name, signerOf(seed)]));
const verify = verifierFor(trustBundleOf(names.map((name) => ({ name, publicKey: keys.get(name)?.publicKey ?? "" }))));
const core = { installation: INSTALLATION, counts: smallProfile, verify };
const signerFor = (name: string) => signers.get(name) ?? signerOf("");

/** A fact or a value as it lies on the bus: all that somebody who may write there can choose. */
interface Envelope {
  readonly what: "fact" | "value";
  readonly subject: string;
  readonly bucket: BucketName;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
/** What of it says something; two that agree in this are one. */
const seen = ({ what, subject, bucket, headers, body }: Envelope): string =>
  JSON.stringify(
    what === "fact"
      ? [what, subject, headers["Ek-Type"], body]
      : [
          what,
          subject,
          bucket,
          headers["KV-Operation"] || "PUT",
          headers["Nats-Expected-Last-Subject-Sequence"] ?? "",
          body,
        ],
  );

const fact = <T>(flow: Flow<T>, message: T, by: string): Envelope => {
  const body = flow.codec.encode(message).finish();
  const subject = subjectOf(flow, message, smallProfile);
  const signature = signerFor(by).signText(factText(INSTALLATION, subject, flow.type, body));
  const headers = {
    "Ek-Type": flow.type,
    "Ek-Schema": schemaMajor(flow.type),
    "Ek-Sig": signature,
    traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
  };
  return { what: "fact", subject, bucket: "status", headers, body: Buffer.from(body).toString("latin1") };
};
const unit = { cluster: "eu", app: "web" };
const seals = new Map(names.map((name) => [name, createSeal(INSTALLATION, signerFor(name), verify, name)]));
const value = (
  bucket: BucketName,
  key: string,
  by: SignerName,
  operation: "PUT" | "DEL",
  expectLast?: number,
): Envelope => {
  const body = Buffer.from(operation === "PUT" ? "\x08\x01" : "", "latin1");
  const headers = {
    ...seals.get(by)?.headersOf({ bucket, key, operation, body, expectLast }),
    ...(expectLast === undefined ? {} : { "Nats-Expected-Last-Subject-Sequence": String(expectLast) }),
  };
  return { what: "value", subject: key, bucket, headers, body: body.toString("latin1") };
};

const genuine: readonly Envelope[] = [
  fact(flows.commitObserved, CommitObserved.fromPartial({ source: "web", seq: 7n }), "source-watcher"),
  fact(
    flows.desiredStateChanged,
    DesiredStateChanged.fromPartial({ unit, digest: `sha256:${"a".repeat(64)}` }),
    "renderer",
  ),
  fact(flows.applyFinished, ApplyFinished.fromPartial({ unit, cause: "c" }), "applier"),
  fact(flows.ledgerEntry, LedgerEntry.fromPartial({ partition: 3, units: [{ unit }] }), "applier"),
  fact(flows.anchorsRead, AnchorsRead.fromPartial({ cluster: "eu", part: 0 }), "applier"),
  fact(flows.deadLetter, DeadLetter.fromPartial({ service: "renderer", consumer: "c", key: "k" }), "renderer"),
  value(buckets.seqCounter.bucket as BucketName, "seq", "source-watcher", "PUT", 16),
  value(
    buckets.lease.bucket as BucketName,
    fillKey(buckets.lease.template, { service: "applier", shard: "p0" }),
    "applier",
    "PUT",
    3,
  ),
  value(
    buckets.lease.bucket as BucketName,
    fillKey(buckets.lease.template, { service: "applier", shard: "p0" }),
    "applier",
    "DEL",
    4,
  ),
];
/** Signed by one of us, or by a stranger, for what only another may say. */
const wrongful: readonly Envelope[] = [
  fact(flows.commitObserved, CommitObserved.fromPartial({ source: "web", seq: 9n }), "renderer"),
  fact(flows.applyFinished, ApplyFinished.fromPartial({ unit, cause: "forged" }), "status-api"),
  fact(flows.deadLetter, DeadLetter.fromPartial({ service: "applier", consumer: "c", key: "k" }), "renderer"),
  fact(flows.desiredStateChanged, DesiredStateChanged.fromPartial({ unit, digest: "sha256:b" }), "stranger"),
  value(buckets.seqCounter.bucket as BucketName, "seq", "status-api", "PUT", 17),
  value(
    buckets.lease.bucket as BucketName,
    fillKey(buckets.lease.template, { service: "applier", shard: "p1" }),
    "renderer",
    "PUT",
    3,
  ),
];
const all = [...genuine, ...wrongful];
const isGenuine = new Set(genuine.map(seen));

const HEADERS = [
  "Ek-Type",
  "Ek-Schema",
  "Ek-Sig",
  "Nats-Expected-Last-Subject-Sequence",
  "KV-Operation",
  "traceparent",
  "tracestate",
];
const WORDS = [
  "0",
  "1",
  "16",
  "0x10",
  "16.0",
  "1.6e1",
  " 16",
  "016",
  "+16",
  "16\t",
  "\0",
  ":",
  "=",
  "==",
  ".",
  "_",
  "-",
  "DEL",
  "PURGE",
  "put",
  "\x08",
  "\x0a\x80",
  "\xff\xff\xff\xff\x7f",
];
const change = (chance: Chance, envelope: Envelope): Envelope => {
  const other = chance.pick(all);
  const name = chance.pick(HEADERS);
  const changed = (text: string): string => textOf(chance, { corpus: [text], words: WORDS });
  switch (chance.below(9)) {
    case 0:
      return { ...envelope, subject: changed(envelope.subject) };
    case 1:
      return { ...envelope, body: Buffer.from(changed(envelope.body), "latin1").toString("latin1") };
    case 2:
      return { ...envelope, headers: { ...envelope.headers, [name]: changed(envelope.headers[name] ?? "") } };
    case 3:
      return { ...envelope, headers: { ...envelope.headers, [name]: chance.pick(WORDS) } };
    case 4:
      return { ...envelope, headers: { ...envelope.headers, [name]: other.headers[name] ?? "" } };
    case 5:
      return { ...envelope, body: other.body };
    case 6:
      return { ...envelope, subject: other.subject };
    case 7:
      return { ...envelope, bucket: other.bucket, what: other.what };
    default:
      return envelope;
  }
};

const read = { readFact, faultOf: seals.get("status-api")?.faultOf ?? (() => "no seal") };
type Read = typeof read;

const rawOf = ({ subject, headers, body }: Envelope): RawFact => ({
  subject,
  data: Buffer.from(body, "latin1"),
  sequence: 1,
  attempt: 1,
  at: AT,
  header: (name) => (Object.hasOwn(headers, name) ? (headers[name] ?? "") : ""),
});

fuzz<Envelope, Read>({
  name: "envelope",
  inputs: made<Envelope>({
    make: (chance) => {
      let envelope = chance.pick(chance.once(4) ? wrongful : genuine);
      for (let left = chance.below(3); left > 0; left -= 1) envelope = change(chance, envelope);
      return envelope;
    },
    *smaller(envelope) {
      for (const name of Object.keys(envelope.headers)) {
        const { [name]: _left, ...headers } = envelope.headers;
        yield { ...envelope, headers };
      }
    },
  }),
  subject: read,
  law: (the) => (envelope, note) => {
    const raw = rawOf(envelope);
    const isOk =
      envelope.what === "fact"
        ? always(() => the.readFact(core, raw)).ok
        : always(() =>
            the.faultOf(envelope.bucket, { key: raw.subject, data: raw.data, at: AT, header: raw.header }),
          ) === undefined;
    note(isOk ? `${envelope.what} taken` : `${envelope.what} refused`);
    brokenIf(isOk && !isGenuine.has(seen(envelope)), "a forged one is taken");
  },
  sometimes: { "fact taken": 10, "value taken": 20, "fact refused": 4, "value refused": 10 },
  planted: {
    "a signature that is there": {
      ...read,
      readFact: (given, raw) =>
        readFact(
          {
            ...given,
            verify: (_bytes, signature) =>
              ({ ok: signature !== undefined && signature !== "", role: "applier", publicKey: "" }) as never,
          },
          raw,
        ),
    },
    "a fact on another subject": {
      ...read,
      readFact: (given, raw) =>
        readFact(given, {
          ...raw,
          subject:
            genuine.find(({ body }) => body === Buffer.from(raw.data).toString("latin1"))?.subject ?? raw.subject,
        }),
    },
    "a value under another key": {
      ...read,
      faultOf: (bucket, given) => read.faultOf(bucket, { ...given, key: given.key.replace(/p\d$/, "p0") }),
    },
    "whoever signed": {
      ...read,
      faultOf: (bucket, given) => {
        const why = read.faultOf(bucket, given);
        return why?.endsWith("may not write") === true ? undefined : why;
      },
    },
  },
});
