import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { headers, nkeyAuthenticator, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import type { ServiceName } from "@evenkeel/contracts";
import { serviceNames } from "@evenkeel/contracts";

import { mayWriteKey, type SignerName } from "../topology/bucket-writers.ts";
import { bucketPolicies, bucketStream, bucketSubject } from "../topology/buckets.ts";
import { header } from "../wire/headers.ts";
import { inboxPrefix, permissionsOf } from "../topology/permissions.ts";
import type { BucketName } from "../port.ts";
import { valueText } from "../state/seal.ts";
import { signerOf } from "./service-key.ts";

// For tests only: writes past our own code, as whoever got the server to store something would have it lie there.

export interface ForgerConfig {
  readonly url: string;
  readonly installation: string;
  /** Seeds by identity; those that do not run are not needed. */
  readonly seeds: Readonly<Partial<Record<SignerName, string>>>;
}

export interface Forger extends AsyncDisposable {
  /** What lies under a key. */
  read(bucket: BucketName, key: string): Promise<Uint8Array | undefined>;
  /** Stores a value, signed with the key of `signer` or not at all, over the connection of one that may write the key. */
  store(bucket: BucketName, key: string, body: Uint8Array, signer?: SignerName): Promise<number>;
  /** Stores the same bytes under every key that there is, but where they are too many; resolves to how many. */
  storeEverywhere(body: Uint8Array): Promise<number>;
  /** Makes every reading request that a service may make with a reply subject of its choice. */
  askWithReply(service: ServiceName, reply: string): Promise<void>;
  /** Makes a stream (of a bucket, `KV_<bucket>`) anew, empty, as if its server had lost it. Its durables go with it. */
  lose(stream: string): Promise<void>;
  /** Sequence of what was stored last in a bucket. */
  lastSequence(bucket: BucketName): Promise<number>;
}

export const openForger = async ({ url, installation, seeds }: ForgerConfig): Promise<Forger> => {
  const open = new Map<SignerName, Promise<NatsConnection>>();
  const seedOf = (name: SignerName): string => {
    const seed = seeds[name];
    if (seed === undefined) throw new Error(`forger has no seed of ${name}`);
    return seed;
  };
  const as = (name: SignerName): Promise<NatsConnection> => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const authenticator = nkeyAuthenticator(new TextEncoder().encode(seedOf(name)));
    const prefix = inboxPrefix(name);
    const made = connect({ servers: url, inboxPrefix: prefix, authenticator });
    open.set(name, made);
    return made;
  };
  const admin: JetStreamManager = await jetstreamManager(await as("migrate"));
  const last = (bucket: BucketName, key: string) =>
    admin.streams.getMessage(bucketStream(bucket), { last_by_subj: bucketSubject(bucket, key) }).catch(() => null);
  const store: Forger["store"] = async (bucket, key, body, signer) => {
    const owner = ([...serviceNames, "migrate"] as const).find(
      (name) => seeds[name] !== undefined && mayWriteKey(name, bucket, key),
    );
    if (owner === undefined) throw new Error(`nobody may write ${bucket}/${key}`);
    const head = headers();
    if (signer !== undefined) {
      const expectLast = (await last(bucket, key))?.seq ?? 0;
      const text = valueText(installation, { bucket, key, operation: "PUT", body, expectLast });
      head.set(header.signature, signerOf(seedOf(signer)).signText(text));
      head.set(header.expectLast, String(expectLast));
    }
    const answer = await (
      await as(owner)
    ).request(bucketSubject(bucket, key), body, { headers: head, timeout: 10_000 });
    const { seq, error } = answer.json<{ readonly seq: number; readonly error?: { readonly description: string } }>();
    if (error !== undefined) throw new Error(`${bucket}/${key}: ${error.description}`);
    return seq;
  };
  return {
    read: async (bucket, key) => (await last(bucket, key))?.data,
    store,
    async storeEverywhere(body) {
      let count = 0;
      for (const { name } of bucketPolicies) {
        const { state } = await admin.streams.info(bucketStream(name), { subjects_filter: ">" });
        for (const subject of Object.keys(state.subjects ?? {})) {
          const stored = await store(name, subject.slice(bucketSubject(name, "").length), body).catch(refusedForSize);
          if (stored !== undefined) count++;
        }
      }
      return count;
    },
    async askWithReply(service, reply) {
      const nc = await as(service);
      const asked = permissionsOf(service).publish.filter((subject) => subject.startsWith("$JS."));
      for (const subject of asked) {
        const filled = subject.replaceAll("*", "DESIRED").replace(">", bucketSubject("blobs", "git.x"));
        nc.publish(filled, JSON.stringify({ seq: 1 }), { reply });
      }
      await nc.flush();
    },
    async lose(stream) {
      const { config } = await admin.streams.info(stream);
      await admin.streams.delete(stream);
      await admin.streams.add(config);
    },
    lastSequence: async (bucket) => (await admin.streams.info(bucketStream(bucket))).state.last_seq,
    async [Symbol.asyncDispose]() {
      for (const each of open.values()) await (await each).close();
    },
  };
};

const refusedForSize = (error: Error): undefined => {
  if (!error.message.includes("message size exceeds")) throw error;
};
