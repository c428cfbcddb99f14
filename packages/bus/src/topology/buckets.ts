import type { BucketName } from "../port.ts";

/** Policy of one bucket; all keep the last value on disk and are read through the leader. */
export interface BucketRow {
  readonly name: BucketName;
  readonly history: number;
  /** Values end silently after it: the server's marks of expiry want rollups, and who watches has a clock of his own. */
  readonly ttlSeconds?: number;
  readonly maxValueBytes?: number;
  /** Reserved by the server at creation; eight times as much on three replicas. */
  readonly maxMiB: number;
  /** How long the mark of a deleted key stays; without it for ever. */
  readonly deletedMarkSeconds?: number;
  /** Values never change under their key: any replica may answer, a miss is asked again through the leader. */
  readonly immutable?: boolean;
  readonly rebuildable: boolean;
  /** Every write names the revision it replaces: no earlier value can be stored again. */
  readonly guarded?: boolean;
  /** What its writers may write where that is more than the keys of their values; `{service}` is the writer's own name. */
  readonly grant?: string;
  /** The counter that epochs are taken from: it starts above every old fence. */
  readonly epochs?: boolean;
}

export const bucketPolicies = [
  {
    name: "members",
    history: 1,
    maxValueBytes: 16 * 1024,
    ttlSeconds: 12,
    maxMiB: 4,
    rebuildable: true,
  },
  {
    name: "leases",
    history: 1,
    maxValueBytes: 4 * 1024,
    ttlSeconds: 15,
    maxMiB: 4,
    rebuildable: false,
    guarded: true,
    epochs: true,
  },
  { name: "declarations", history: 1, grant: ">", maxMiB: 64, rebuildable: false, guarded: true },
  { name: "tips", history: 16, maxValueBytes: 64 * 1024, maxMiB: 32, rebuildable: false, guarded: true },
  { name: "status", history: 1, grant: "{service}.>", maxValueBytes: 64 * 1024, maxMiB: 32, rebuildable: true },
  { name: "config", history: 1, grant: "*", maxValueBytes: 64 * 1024, maxMiB: 1, rebuildable: false, guarded: true },
  {
    name: "blobs",
    history: 1,
    maxValueBytes: 800 * 1024,
    maxMiB: 1024,
    immutable: true,
    rebuildable: true,
    deletedMarkSeconds: 3600,
  },
  { name: "inventory", history: 1, grant: ">", maxMiB: 256, rebuildable: false, guarded: true },
] as const satisfies readonly BucketRow[];

/** The stream that keeps a bucket, named as all KV tools expect. */
export const bucketStream = (name: BucketName): string => `KV_${name}`;

/** The subject of a key. */
export const bucketSubject = (name: BucketName, key: string): string => `$KV.${name}.${key}`;
