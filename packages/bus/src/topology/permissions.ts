import { flows, services, smallProfile, SUBJECT_ROOT } from "@evenkeel/contracts";
import type { Flow, ServiceName, ShardCounts } from "@evenkeel/contracts";

import { bucketStream, bucketSubject } from "./buckets.ts";
import { writableKeys } from "./bucket-writers.ts";
import { durablesOf } from "./consumers.ts";
import type { BucketName } from "../port.ts";

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Inbox prefix of a service, or of the migration: it hears nobody else's replies. */
export const inboxPrefix = (name: ServiceName | "migrate"): string => `_INBOX_${name}`;

/** All subjects a service may publish and subscribe. */
export const permissionsOf = (service: ServiceName, counts: ShardCounts = smallProfile): Permissions => {
  const row = services[service];
  const facts = Object.values(flows) as readonly Pick<Flow<unknown>, "publisher" | "stream" | "template">[];
  return {
    publish: [
      ...facts.filter((flow) => flow.publisher === service).map((flow) => SUBJECT_ROOT + wild(flow.template)),
      ...facts
        .filter((flow) => flow.publisher === "*")
        .map((flow) => SUBJECT_ROOT + wild(flow.template.replace("{service}", service))),
      ...writableKeys(service).map(([bucket, keys]) => bucketSubject(bucket, keys)),
      "$JS.FC.>",
      "$JS.API.INFO",
      "$JS.API.STREAM.INFO.*",
      ...row.reads.flatMap((name) =>
        readSubjects(name === name.toUpperCase() ? name : bucketStream(name as BucketName)),
      ),
      ...row.purges.map((stream) => `$JS.API.STREAM.PURGE.${stream}`),
      ...durablesOf(counts)
        .filter((durable) => durable.service === service)
        .flatMap(({ stream, name }) => pullSubjects(stream, name)),
    ],
    subscribe: [
      `${inboxPrefix(service)}.>`,
      ...facts
        .filter((flow) => flow.stream === "" && flow.publisher === service)
        .map((flow) => SUBJECT_ROOT + wild(flow.template)),
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
  subscribe: [`${inboxPrefix("migrate")}.>`],
};
