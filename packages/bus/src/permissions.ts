import { type Flow, flows, type ShardCounts, smallProfile, subjectRoot } from "@evenkeel/contracts";

import { bucketStream, bucketSubject } from "./buckets.ts";
import { writableKeys } from "./bucket-writers.ts";
import { durablesOf } from "./consumers.ts";
import type { BucketName, ServiceName } from "./port.ts";
import type { StreamName } from "./streams.ts";

/** What one service may read. */
interface ServiceRow {
  /** Streams and buckets it views or reads. */
  readonly reads: readonly (StreamName | BucketName)[];
  /** Streams of its own that it may take old messages out of: sealed entries of the ledger, tombstones of units. */
  readonly purges?: readonly StreamName[];
}

const everyStream = ["COMMITS", "PLANS", "RENDERS", "DESIRED", "DRIFT", "APPLIED", "HEALTH", "LEDGER"] as const;
const known = ["members", "leases", "declarations", "config", "DEADLETTERS"] as const;

/** One row a service; what is not here, in the flow table or among the writers of buckets is refused by the server. */
export const services = {
  "source-watcher": {
    reads: [...known, "COMMITS", "PLANS", "RENDERS", "DESIRED", "APPLIED", "ANCHORS", "tips", "blobs"],
  },
  renderer: {
    reads: [...known, "COMMITS", "PLANS", "RENDERS", "DESIRED", "APPLIED", "tips", "blobs", "status", "inventory"],
    purges: ["DESIRED"],
  },
  "drift-detector": { reads: [...known, "DESIRED", "LEDGER", "DRIFT", "HEALTH", "inventory", "blobs"] },
  applier: {
    reads: [
      ...known,
      "PLANS",
      "DESIRED",
      "DRIFT",
      "APPLIED",
      "ANCHORS",
      "LEDGER",
      "inventory",
      "blobs",
      "status",
      "tips",
    ],
    purges: ["LEDGER"],
  },
  // No blobs: rendered sets hold the values of Secrets.
  "status-api": { reads: [...known, ...everyStream, "inventory", "tips", "status"] },
  notifier: { reads: [...known, ...everyStream, "status"] },
} as const satisfies Record<ServiceName, ServiceRow>;

export const serviceNames = Object.keys(services) as readonly ServiceName[];

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Inbox prefix of a service: it hears nobody else's replies. */
export const inboxPrefix = (service: ServiceName): string => `_INBOX_${service}`;

/** All subjects a service may publish and subscribe. */
export const permissionsOf = (service: ServiceName, counts: ShardCounts = smallProfile): Permissions => {
  const row: ServiceRow = services[service];
  const facts = Object.values(flows) as readonly Pick<Flow<unknown>, "publisher" | "stream" | "template">[];
  return {
    publish: [
      ...facts.filter((flow) => flow.publisher === service).map((flow) => subjectRoot + wild(flow.template)),
      ...facts
        .filter((flow) => flow.publisher === "*")
        .map((flow) => subjectRoot + wild(flow.template.replace("{service}", service))),
      ...writableKeys(service).map(([bucket, keys]) => bucketSubject(bucket, keys)),
      "$JS.FC.>",
      "$JS.API.INFO",
      "$JS.API.STREAM.INFO.*",
      ...row.reads.flatMap((name) =>
        readSubjects(name === name.toUpperCase() ? name : bucketStream(name as BucketName)),
      ),
      ...(row.purges ?? []).map((stream) => `$JS.API.STREAM.PURGE.${stream}`),
      ...durablesOf(counts)
        .filter((durable) => durable.service === service)
        .flatMap(({ stream, name }) => pullSubjects(stream, name)),
    ],
    subscribe: [
      `${inboxPrefix(service)}.>`,
      ...facts
        .filter((flow) => flow.stream === "" && flow.publisher === service)
        .map((flow) => subjectRoot + wild(flow.template)),
    ],
  };
};

const wild = (template: string): string => template.replace(/\{[^}]+\}/g, "*");

const readSubjects = (stream: string): readonly string[] => [
  `$JS.API.STREAM.MSG.GET.${stream}`,
  ...(stream === bucketStream("blobs") ? [`$JS.API.DIRECT.GET.${stream}.>`] : []),
  `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.INFO.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
];

/** Both forms of ack subjects: with and without domain and account. */
const pullSubjects = (stream: string, durable: string): readonly string[] => [
  `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
  `$JS.API.CONSUMER.RESET.${stream}.${durable}`,
  `$JS.ACK.${stream}.${durable}.>`,
  `$JS.ACK.*.*.${stream}.${durable}.>`,
];

/** The migration: the only holder of stream and consumer administration. */
export const migratePermissions: Permissions = {
  publish: ["$JS.API.>", ...writableKeys("migrate").map(([bucket, keys]) => bucketSubject(bucket, keys))],
  subscribe: ["_INBOX_migrate.>"],
};
