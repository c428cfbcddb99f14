import type { Operation } from "./operation.fixture.ts";
import type { Outcome } from "./side.fixture.ts";

/** Numbers from a seed: the same ones each time. */
export const numbersOf = (seed: number): (() => number) => {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

interface Held {
  readonly ack: string;
}

/** Operations as our bus makes them, on one stream of its own, and what goes beside that. */
export interface Generator {
  next(): Operation;
  /** What came of it on the real server. */
  heard(operation: Operation, outcome: Outcome): void;
}

const SECOND = 1e9;

export const generate = (seed: number, replicas: 1 | 3): Generator => {
  const random = numbersOf(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const oneOf = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const chance = (p: number): boolean => random() < p;
  const stream = `S${replicas}x${seed}`;
  const root = `t${seed}`;
  const subject = (): string => `${root}.${oneOf(["a", "b", "c"])}.${oneOf(["x", "y"])}`;
  const filter = (): string => oneOf([`${root}.>`, `${root}.a.*`, `${root}.*.x`, `${root}.a.x`, `${root}.b.>`]);
  const ids = ["one", "two", "three"];
  const consumers = ["d1", "d2"];
  // The migration gives a durable another filter only with a new topology: what a real one then does with what is
  // under way is a matter of which of its threads is first.
  const filters = new Map(consumers.map((name) => [name, filter()]));
  const held: Held[] = [];
  const naked: Held[] = [];
  let lastSeq = 0;
  let lasts = new Map<string, number>();
  let watches = 0;
  let lates = 0;
  const begun: Operation[] = [];

  const streamConfig = (): Readonly<Record<string, unknown>> => ({
    name: stream,
    subjects: [`${root}.>`],
    storage: "file",
    num_replicas: replicas,
    max_msgs_per_subject: oneOf([1, 1, 3, 16, -1]),
    discard: oneOf(["new", "new", "old"]),
    max_bytes: oneOf([-1, 1200, 2400, 1_000_000]),
    max_msg_size: oneOf([-1, 2000, 65_536]),
    duplicate_window: oneOf([600 * SECOND, 120 * SECOND]),
    compression: "s2",
    allow_direct: chance(0.3),
    allow_msg_ttl: chance(0.3),
    ...(chance(0.2) ? { first_seq: 1000 + below(1000) } : {}),
    ...(chance(0.15) ? { deny_delete: true } : {}),
    ...(chance(0.1) ? { deny_purge: true } : {}),
    ...(replicas === 1 && chance(0.3) ? { persist_mode: "async" } : {}),
  });
  const api = (what: string, body?: unknown): Operation => ({
    kind: "request",
    subject: `$JS.API.${what}`,
    ...(body === undefined ? {} : { body }),
  });
  const consumerConfig = (name: string): Readonly<Record<string, unknown>> => ({
    durable_name: name,
    filter_subject: filters.get(name) ?? `${root}.>`,
    ack_policy: "explicit",
    deliver_policy: "all",
    ack_wait: 30 * SECOND,
    max_ack_pending: oneOf([256, 16, 3]),
    max_deliver: oneOf([-1, -1, -1, 2]),
    num_replicas: replicas,
  });
  const createConsumer = (): Operation => {
    const name = oneOf(consumers);
    const config = consumerConfig(name);
    return api(`CONSUMER.CREATE.${stream}.${name}.${String(config["filter_subject"])}`, {
      config,
      stream_name: stream,
      action: oneOf(["create", "create", "update", ""]),
    });
  };
  const publish = (): Operation => {
    const to = chance(0.03) ? `none.${seed}.x` : subject();
    const head: Record<string, string> = {};
    if (chance(0.5)) head["Nats-Msg-Id"] = chance(0.3) ? oneOf(ids) : `id${below(1e9)}`;
    if (chance(0.4)) {
      const right = lasts.get(to) ?? 0;
      head["Nats-Expected-Last-Subject-Sequence"] = String(chance(0.7) ? right : oneOf([0, right + 1, lastSeq]));
    }
    if (chance(0.1)) head["Nats-TTL"] = oneOf(["3600s", "1h", "0.5s", "never", "x", "90m"]);
    if (chance(0.02)) head["Nats-Rollup"] = "sub";
    if (chance(0.5)) head["Ek-Type"] = "evenkeel.test.v1.Fact";
    const bytes = oneOf([0, 10, 100, 100, 300, 300, 900, 3000]);
    return { kind: "publish", subject: to, bytes, ...(Object.keys(head).length === 0 ? {} : { headers: head }) };
  };
  const pull = (): Operation => {
    const batch = oneOf([1, 2, 5, 256]);
    const base = { kind: "pull", stream, consumer: oneOf(consumers) } as const;
    if (chance(0.75)) return { ...base, ask: { batch, no_wait: true } };
    const waits = { expires: 0.8 * SECOND, ...(chance(0.5) ? { idle_heartbeat: 0.3 * SECOND } : {}) };
    const meanwhile = Array.from({ length: below(3) }, publish);
    if (chance(0.1)) return { ...base, ask: { batch, expires: SECOND, idle_heartbeat: 0.8 * SECOND } };
    return { ...base, ask: { batch, ...waits, ...(chance(0.2) ? { max_bytes: 700 } : {}) }, meanwhile };
  };
  const acked = (reply: string): Operation => ({ kind: "ack", reply, words: "+ACK" });
  const ack = (): Operation => {
    const { ack: reply } = held.splice(below(held.length), 1)[0] as Held;
    const words = oneOf(["+ACK", "+ACK", "+ACK", "-NAK", `-NAK {"delay":${20 * SECOND}}`, "+TERM why", "+WPI"]);
    if (words === "+WPI") held.push({ ack: reply });
    if (words.startsWith("-NAK")) naked.push({ ack: reply });
    return { kind: "ack", reply, words };
  };
  const watch = (): Operation => ({
    kind: "watch",
    stream,
    name: `w_${watches++}`,
    config: {
      filter_subject: filter(),
      ...(chance(0.6)
        ? { deliver_policy: "last_per_subject" }
        : { deliver_policy: "by_start_sequence", opt_start_seq: Math.max(1, lastSeq - below(6) + 1) }),
      ...(chance(0.3) ? { headers_only: true } : {}),
      ack_policy: "none",
      replay_policy: "instant",
      max_deliver: 1,
      flow_control: true,
      idle_heartbeat: 0.25 * SECOND,
      inactive_threshold: 30 * SECOND,
      mem_storage: true,
      num_replicas: 1,
    },
    meanwhile: Array.from({ length: below(4) }, publish),
  });
  const read = (): Operation =>
    api(
      `STREAM.MSG.GET.${stream}`,
      oneOf([
        { last_by_subj: subject() },
        { last_by_subj: filter() },
        { seq: Math.max(1, lastSeq - below(5)) },
        { seq: Math.max(0, lastSeq - below(8)), next_by_subj: subject() },
        { seq: 1, next_by_subj: filter() },
        {},
        { seq: 1, last_by_subj: subject() },
      ]),
    );
  const purge = (): Operation =>
    api(
      `STREAM.PURGE.${stream}`,
      oneOf([
        { filter: subject(), seq: Math.max(1, lastSeq - below(3)) },
        { filter: subject() },
        { seq: Math.max(1, lastSeq - below(5)) },
        {},
        undefined,
        { seq: 4, keep: 3 },
      ]),
    );
  const weighted: readonly (readonly [number, () => Operation])[] = [
    [40, publish],
    [18, pull],
    [22, () => (held.length === 0 ? pull() : ack())],
    [10, read],
    [4, createConsumer],
    [5, () => api(`CONSUMER.INFO.${stream}.${oneOf(consumers)}`)],
    [2, () => api(`CONSUMER.LIST.${stream}`, { offset: 0 })],
    [1, () => api(`CONSUMER.NAMES.${stream}`, { offset: 0 })],
    [1, () => api(`CONSUMER.DELETE.${stream}.${oneOf(consumers)}`)],
    [3, () => api(`CONSUMER.RESET.${stream}.${oneOf(consumers)}`, oneOf([undefined, { seq: 1 }, { seq: lastSeq }]))],
    [
      5,
      () => api(`STREAM.INFO.${stream}`, oneOf([undefined, { subjects_filter: ">" }, { subjects_filter: filter() }])),
    ],
    // What is under way when a purge comes is dropped by one timer or another of a real one: it is settled before.
    [3, () => begin([...held.splice(0), ...naked.splice(0)].map(({ ack: reply }) => acked(reply)).concat(purge()))],
    [2, () => api(`STREAM.MSG.DELETE.${stream}`, { seq: Math.max(1, lastSeq - below(4)), no_erase: chance(0.5) })],
    [2, watch],
    [3, () => ({ kind: "direct", stream, subject: subject() })],
    [1, () => begin(late())],
    [1, () => api(`STREAM.CREATE.${stream}`, streamConfig())],
    [1, () => api(`STREAM.UPDATE.${stream}`, streamConfig())],
    [0.5, () => api(`STREAM.DELETE.${stream}`)],
    [0.5, () => api("STREAM.NAMES", { offset: 0, subject: `${root}.>` })],
    [0.5, () => api("STREAM.LIST", { offset: 0, subject: `${root}.a.x` })],
  ];
  /** What only time brings, each with time to spare: two servers never look at the clock at once. */
  const late = (): readonly Operation[] => {
    const [name, other, own] = [`late${lates++}`, `L${stream}x${lates}`, `u${seed}.${lates}`];
    const quick = { ...consumerConfig(name), ack_wait: 0.4 * SECOND, max_ack_pending: 256 };
    const send = (to: string, headers?: Readonly<Record<string, string>>): Operation => ({
      kind: "publish",
      subject: to,
      bytes: 20,
      ...(headers === undefined ? {} : { headers }),
    });
    const take = (batch: number): Operation => ({
      kind: "pull",
      stream,
      consumer: name,
      ask: { batch, no_wait: true },
    });
    const remove = api(`STREAM.DELETE.${other}`);
    const made = (config: object): Operation =>
      api(`STREAM.CREATE.${other}`, { ...streamConfig(), name: other, subjects: [`${own}.>`], ...config });
    return oneOf<() => readonly Operation[]>([
      () => [
        api(`CONSUMER.CREATE.${stream}.${name}`, {
          config: { ...quick, filter_subject: undefined },
          stream_name: stream,
        }),
        take(2),
        { kind: "wait", ms: 700 },
        take(3),
        api(`CONSUMER.INFO.${stream}.${name}`),
        { kind: "wait", ms: 700 },
        take(256),
        api(`CONSUMER.INFO.${stream}.${name}`),
        api(`CONSUMER.DELETE.${stream}.${name}`),
      ],
      () => [
        made({ max_age: 0.6 * SECOND, duplicate_window: 0.6 * SECOND, max_bytes: -1, first_seq: 0 }),
        send(`${own}.a`, { "Nats-Msg-Id": "one" }),
        send(`${own}.b`),
        send(`${own}.a`, { "Nats-Msg-Id": "one" }),
        { kind: "wait", ms: 1300 },
        api(`STREAM.INFO.${other}`, { subjects_filter: ">" }),
        send(`${own}.a`, { "Nats-Msg-Id": "one", "Nats-Expected-Last-Subject-Sequence": "0" }),
        api(`STREAM.MSG.GET.${other}`, { last_by_subj: `${own}.b` }),
        remove,
      ],
      () => [
        made({ duplicate_window: 0.3 * SECOND, max_bytes: -1 }),
        send(`${own}.a`, { "Nats-Msg-Id": "one" }),
        send(`${own}.a`, { "Nats-Msg-Id": "one" }),
        { kind: "wait", ms: 900 },
        send(`${own}.a`, { "Nats-Msg-Id": "one" }),
        remove,
      ],
      () => [
        made({
          allow_msg_ttl: true,
          max_bytes: -1,
          deny_purge: false,
          ...(chance(0.5) ? { subject_delete_marker_ttl: 30 * SECOND, allow_rollup_hdrs: true } : {}),
        }),
        send(`${own}.a`, { "Nats-TTL": "1s" }),
        send(`${own}.b`, { "Nats-TTL": "1s" }),
        send(`${own}.b`),
        { kind: "wait", ms: 3000 },
        api(`STREAM.INFO.${other}`, { subjects_filter: ">" }),
        api(`STREAM.MSG.GET.${other}`, { last_by_subj: `${own}.a` }),
        remove,
      ],
    ])();
  };
  const begin = (operations: readonly Operation[]): Operation => {
    begun.push(...operations);
    return begun.shift() as Operation;
  };
  const total = weighted.reduce((sum, [weight]) => sum + weight, 0);
  begun.push(api(`STREAM.CREATE.${stream}`, streamConfig()), createConsumer(), createConsumer());

  return {
    next() {
      const first = begun.shift();
      if (first !== undefined) return first;
      let at = random() * total;
      for (const [weight, make] of weighted) if ((at -= weight) < 0) return make();
      return publish();
    },
    heard(operation, outcome) {
      const { seq, heard } = outcome as {
        readonly seq?: number;
        readonly heard?: readonly { readonly ack?: string; readonly status: number }[];
      };
      if (operation.kind === "publish" && seq !== undefined && seq > 0) {
        lastSeq = Math.max(lastSeq, seq);
        lasts.set(operation.subject, seq);
      }
      if (operation.kind === "request" && /STREAM\.(?:PURGE|CREATE|DELETE)/.test(operation.subject)) lasts = new Map();
      if (operation.kind === "pull")
        for (const { ack: reply = "", status } of heard ?? []) if (status === 0) held.push({ ack: reply });
    },
  };
};
