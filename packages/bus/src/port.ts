import type {
  buckets,
  FactOf,
  Flow,
  KeyOf,
  ServiceName,
  ShardCounts,
  StateRule,
  Tokens,
  ValueOf,
  ViewedFlow,
} from "@evenkeel/contracts";
import type { ReasonCode } from "@evenkeel/words";
import type { SpanContext } from "@opentelemetry/api";

import type { StoreLevel } from "./topology/store-levels.ts";
import type { StreamName } from "./topology/streams.ts";

/** What a handler says of a message; `bus` alone maps it to ack, nak, term and dead letters. A throw means unexpected. */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "wait"; readonly ms: number; readonly reason: string }
  | { readonly kind: "reject"; readonly code: ReasonCode; readonly message: string };

export const done: Outcome = { kind: "done" };
export const wait = (ms: number, reason: string): Outcome => ({ kind: "wait", ms, reason });
export const reject = (code: ReasonCode, message: string): Outcome => ({ kind: "reject", code, message });

/** One verified fact: decoded, its subject equal to its identity, its signature good for its publisher's role. */
export interface Delivery<T> {
  readonly fact: T;
  readonly type: string;
  readonly subject: string;
  /** Stream sequence. */
  readonly sequence: number;
  /** Deliveries of this message so far, from 1; always 1 in a view. */
  readonly attempt: number;
  readonly publishedAt: Date;
  /** Creation context from the headers. */
  readonly trace: SpanContext | undefined;
}

/** A fact that was read by itself: views keep what they see, and would keep its bytes with it. */
export interface StoredFact<T> extends Delivery<T> {
  /** The bytes that were signed and stored: of what a newer publisher says, `fact` may show less. */
  readonly body: Uint8Array;
}

export type Handler<T> = (delivery: Delivery<T>, signal: AbortSignal) => Promise<Outcome>;

/** One message type of a consumer. `route()` makes it and keeps the types together. */
export interface Route {
  readonly type: string;
  readonly decode: (body: Uint8Array) => unknown;
  /** Mailbox key: deliveries of one key run one at a time, and of those waiting only the newest stays. */
  readonly key: (fact: never) => string;
  /** Whom a delivery is for: those of one leave a place for others; undefined: the order of arrival alone counts. */
  readonly share?: ((fact: never) => string) | undefined;
  readonly handle: (delivery: never, signal: AbortSignal) => Promise<Outcome>;
}

/** Keeps the newest delivery a key and type, runs one at a time a key; shared by loops that touch the same units. */
export interface Mailbox {
  /** Keys that are queued or running. */
  readonly size: number;
}

export interface Published {
  readonly sequence: number;
  readonly duplicate: boolean;
}

export interface PublishOptions {
  /** Compare-and-set: sequence of the last message on this subject as last read; 0 = there must be none. */
  readonly expectLast?: number;
  readonly signal?: AbortSignal;
}

/** One stored value. */
export interface StateEntry<T, Key> {
  readonly key: Key;
  /** undefined: deleted or expired. */
  readonly value: T | undefined;
  readonly revision: number;
  readonly at: Date;
  /** Why what lies there does not count; the value is then an earlier one that does, if the bucket keeps one. */
  readonly foreign?: string;
}

export interface WatchHandlers<T> {
  /** In order; must not throw (a throw is logged and marks only that entry). */
  readonly onEntry: (entry: T) => void;
  /** All that was there at the start has been seen. */
  readonly onCaughtUp?: () => void;
  /** The stream was lost or re-created: forget all; a full replay follows. */
  readonly onReset?: () => void;
}

/** Values of one kind as their readers see them; `Key` are the fields of a key, `Some` those of all keys that are meant. */
export interface State<T, Key, Some = Partial<Key>> {
  /** Reads through the leader. What nobody who may write the key signed is no value, but has a revision to write over. */
  get(key: Key, signal?: AbortSignal): Promise<StateEntry<T, Key> | undefined>;
  /** Keys that have these fields, each with the revision and the time of its value, whoever wrote it. */
  list(some: Some, signal?: AbortSignal): Promise<readonly Omit<StateEntry<T, Key>, "value" | "foreign">[]>;
  keys(some: Some, signal?: AbortSignal): Promise<readonly Key[]>;
  /** Ordered watch with the watchdog; rebuilt by itself; ends with the signal. Resolves once caught up. */
  watch(some: Some, handlers: WatchHandlers<StateEntry<T, Key>>, signal: AbortSignal): Promise<void>;
}

/** Values of one kind as their writer has them; writes are decided on compare-and-set results, never on a read. */
export interface OwnState<T, Key, Some = Partial<Key>> extends State<T, Key, Some> {
  put(key: Key, value: T, signal?: AbortSignal): Promise<number>;
  /** Throws BusConflict if the key has a value. Resolves to the new revision. */
  create(key: Key, value: T, signal?: AbortSignal): Promise<number>;
  /** As `create`, and throws BusConflict also over what does not count: it may hide a value that did. */
  createNew(key: Key, value: T, signal?: AbortSignal): Promise<number>;
  /** Throws BusConflict unless `revision` is the last one (0: there is none). Resolves to the new revision. */
  update(key: Key, value: T, revision: number, signal?: AbortSignal): Promise<number>;
  delete(key: Key, revision?: number, signal?: AbortSignal): Promise<void>;
}

export type StateOf<R extends StateRule<unknown>> = State<ValueOf<R>, KeyOf<R["template"]>>;
export type OwnStateOf<R extends StateRule<unknown>> = OwnState<ValueOf<R>, KeyOf<R["template"]>>;

/** A fact of one of some flows, told apart by its type. */
export type DeliveryOf<F> = F extends ViewedFlow
  ? Omit<Delivery<FactOf<F>>, "type"> & { readonly type: F["type"] }
  : never;

export interface LatestHandlers<T> {
  /** In order, those that were there first. */
  readonly onFact?: (delivery: Delivery<T>) => void;
  /** The stream was lost or re-created: all is forgotten; a full replay follows. */
  readonly onReset?: () => void;
}

/** The newest fact of each subject of one flow. */
export interface Latest<T> {
  get(tokens: Tokens): Delivery<T> | undefined;
  /** Those whose subjects have these tokens. */
  all(tokens?: Tokens): readonly Delivery<T>[];
  /** Calls back with each fact that comes from now on, until disposed of or the signal ends. */
  onChange(changed: (delivery: Delivery<T>) => void, until?: AbortSignal): Disposable;
}

/** A bucket by keys and patterns of keys as they are. */
export type BucketEntry<T> = StateEntry<T, string>;
export type Bucket<T> = OwnState<T, string, string>;

export type BucketName = (typeof buckets)[keyof typeof buckets]["bucket"];

/** How a bucket's values are coded: ts-proto messages fit as they are. */
export interface Codec<T> {
  encode(value: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** A shard held by this instance. */
export interface Lease {
  readonly service: ServiceName;
  readonly shard: string;
  /** Term number: rises with every acquisition, across expiry and shards. */
  readonly epoch: bigint;
  /** False from 10 s after sending the last renewal that succeeded (monotonic and boot-time clock): stop writing. */
  live(): boolean;
  /** True once it is live: it is not for a moment where our own process stood still. False once it has ended. */
  sure(): Promise<boolean>;
  /** Gives the lease up at once, after a foreign epoch was seen. */
  drop(why: string): void;
}

/** What a member must have to take shards, where not every replica of a service can do the same. */
export interface ShardCapability {
  /** What this replica announces. */
  readonly mine: string;
  /** What is wanted now; undefined: no member may take a shard. Asked at every look. */
  readonly wanted: () => string | undefined;
  /** Called while no live member has what is wanted, or nothing is. */
  readonly onNobody: () => void;
}

export interface ShardWork {
  /** Shards of this service, such as `applier.0` to `applier.7` (lease key without the service: `0`). */
  readonly shards: readonly string[];
  /** Absent: every member may take every shard. */
  readonly capability?: ShardCapability;
  /** Runs while the shard is held; the signal ends with the lease. Its return or throw gives the lease back. */
  readonly run: (lease: Lease, signal: AbortSignal) => Promise<void>;
}

/** Whether the bus answers. */
export interface Liveness {
  /** When it last answered, if that is too long ago. */
  readonly lostSince: Date | undefined;
  /** Why it is lost, in words. */
  readonly why: string;
}

/** The bus as the services see it. Each fact goes to the subject its body says. */
export interface Bus extends AsyncDisposable {
  readonly service: ServiceName;
  readonly instance: string;
  readonly installation: string;
  readonly counts: ShardCounts;
  /** Public key (nkey form) this service signs with. */
  readonly publicKey: string;
  /** Publishes with message id, signature and trace headers; retries while the outcome is in doubt. Throws BusConflict,
   *  BusUnavailable. */
  publish<T>(flow: Flow<T>, fact: T, options?: PublishOptions): Promise<Published>;
  /** The newest message of a subject, through the leader, verified; undefined if there is none. */
  readLast<T>(flow: Flow<T>, tokens: Tokens, signal?: AbortSignal): Promise<StoredFact<T> | undefined>;
  /** All facts of one subject (LEDGER, PLANS), oldest first, from a stream sequence on. */
  readAll<T>(flow: Flow<T>, tokens: Tokens, fromSequence: number, signal: AbortSignal): AsyncIterable<StoredFact<T>>;
  /** Pulls a durable until the signal ends, then finishes or hands back what it holds. `reset` replays what is unacked. */
  consume(
    durable: string,
    routes: readonly Route[],
    options: { readonly mailbox?: Mailbox; readonly reset?: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  /** Watches facts of one stream without acks: the newest of each subject first, then changes. Resolves once caught up.
   *  `tokens` of their subjects (`p` and `s`, the shard's number, among them) narrow it. */
  view<F extends ViewedFlow>(
    of: readonly F[],
    tokens: Tokens,
    handlers: WatchHandlers<DeliveryOf<F>>,
    signal: AbortSignal,
  ): Promise<void>;
  /** The same of one flow, kept: the newest fact of each subject. */
  latest<T>(flow: Flow<T>, tokens: Tokens, handlers: LatestHandlers<T>, signal: AbortSignal): Promise<Latest<T>>;
  /** Values of one kind, to be read. */
  state<R extends StateRule<unknown>>(rule: R): StateOf<R>;
  /** The same for a service that writes them, by the contract. */
  ownState<R extends StateRule<unknown>>(rule: R): OwnStateOf<R>;
  /** Joins the members of this service and works on the shards that fall to this instance. Throws InstanceTaken. */
  holdShards(work: ShardWork, signal: AbortSignal): Promise<void>;
  /** Removes what lies on one subject before a stream sequence; resolves to how many messages. */
  purgeBefore<T>(flow: Flow<T>, tokens: Tokens, sequence: number, signal?: AbortSignal): Promise<number>;
  /** How full one stream or bucket is. */
  storeLevel(store: StreamName | BucketName, signal?: AbortSignal): Promise<StoreLevel>;
  /** How full every stream and bucket is. */
  storeLevels(signal?: AbortSignal): Promise<readonly StoreLevel[]>;
  /** When it was made: what names it to the migration (EVENKEEL_BUS_REBUILD); undefined: nothing is there. */
  birth(signal?: AbortSignal): Promise<string | undefined>;
  /** The largest epoch that any lease of this bus has had. */
  newestEpoch(signal?: AbortSignal): Promise<bigint>;
  /** Core NATS: hints only. */
  hint<T>(flow: Flow<T>, fact: T): void;
  onHint<T>(flow: Flow<T>, handle: (fact: T) => void, signal: AbortSignal): void;
  /** Signs text with this service's key: statements that travel inside facts. `<public key>:<base64>`. */
  sign(text: string): string;
  /** True if `signature` is good for `text` and its key may act as `role`. */
  verify(text: string, signature: string, role: ServiceName): boolean;
  /** Whether it answers, by asking it each second. */
  liveness(): Liveness;
  /** Runs `changed` when the bus is lost and when it answers again, until disposed of or the signal ends. */
  onLiveness(changed: (liveness: Liveness) => void, until?: AbortSignal): Disposable;
  /** For a check of readiness: undefined while the bus answers, else since when it does not and why. */
  fault(): string | undefined;
  /** Resolves when the connection is lost for good; services end then. */
  readonly closed: Promise<void>;
}
