import type { Clock } from "@evenkeel/machine";

import { NotSimulated } from "../not-simulated.ts";
import { headerBlock, withFields } from "../wire/headers.ts";
import type { Routed } from "../wire/routes.ts";
import { filterOf } from "../wire/subjects.ts";
import { createAlarm } from "./alarm.ts";
import { checkConsumerUpdate, type ConsumerConfig } from "./consumer-config.ts";
import { createPending, type DeliveryState } from "./pending.ts";
import { createPullRequests, type PullRequest } from "./pull-requests.ts";
import { purgedFrom } from "./purge-log.ts";
import { createPushFlow } from "./push-flow.ts";
import { readPull } from "./read-pull.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { Stream } from "./stream.ts";
import { startOf } from "./start-of.ts";

/** All that a consumer is, as plain values. */
export interface ConsumerState {
  readonly config: ConsumerConfig;
  readonly createdMs: number;
  readonly deliveries: DeliveryState;
}

export interface ConsumerContext {
  readonly clock: Clock;
  readonly stream: Stream;
  readonly send: (message: Routed) => boolean;
  readonly hasInterest: (subject: string) => boolean;
  /** Four characters that no other question had. */
  readonly token: () => string;
  /** Nobody has been there for too long. */
  readonly onAbandoned: () => void;
}

export interface Consumer {
  readonly config: ConsumerConfig;
  readonly createdMs: number;
  /** Begins to deliver what is there. */
  start(): void;
  onStored(message: StoredMessage): void;
  onRemoved(message: StoredMessage): void;
  /** The stream was purged of subjects; empty: of all. */
  onPurged(filter: string): void;
  /** The stream's newest messages are gone, as if they had never been. */
  onTailLost(): void;
  /** Its leader is another one, or none: pulls that wait are told so. */
  onLeaderChange(): void;
  /** Stands still while it has no leader. */
  hasLeader: boolean;
  pull(reply: string, body: Uint8Array): void;
  ack(token: AckToken, body: Uint8Array, reply: string): void;
  flowControl(subject: string): void;
  interestChanged(): void;
  update(config: ConsumerConfig): void;
  /** Delivers from a sequence on, 0: from what is not settled; resolves to where. */
  reset(seq: number): number;
  info(): Readonly<Record<string, unknown>>;
  state(): ConsumerState;
  stop(status?: string): void;
}

/** What an ack subject names. */
export interface AckToken {
  readonly times: number;
  readonly seq: number;
  readonly delivery: number;
}

const none = new Uint8Array();
/** A consumer without a name of its own lives so long without anybody there. */
const EPHEMERAL_MS = 5000;

export const createConsumer = (
  context: ConsumerContext,
  begin: Omit<ConsumerState, "deliveries">,
  was?: DeliveryState,
): Consumer => {
  const { clock, stream } = context;
  const { name } = begin.config;
  let { config } = begin;
  let fits = filterOf(config.filter_subject);
  const acks = config.ack_policy === "explicit";
  const deliverTo = config.deliver_subject ?? "";
  const isPush = deliverTo !== "";
  const now = (): number => clock.now().getTime();
  const start = startOf(stream.log, config, stream.config.max_msgs_per_subject);
  const pending = createPending(was ?? start.deliveries);
  const { next } = pending;
  let skipList = was === undefined ? start.only : undefined;
  let npc = 0; // messages that are still to come
  let isActive = !isPush || context.hasInterest(deliverTo);
  let isStopped = false;
  let isPumping = false;
  let lastUsed = now();
  let sentAt = now();

  const send = (subject: string, header: Uint8Array | undefined, reply = "", body = none): boolean =>
    context.send({ subject, reply, header, body });
  const heartbeat = (subject: string): void => {
    const fields: (readonly [string, string | number])[] = [
      ["Nats-Last-Consumer", next.consumer - 1],
      ["Nats-Last-Stream", next.stream - 1],
    ];
    if (flow.stalledOn !== undefined) fields.push(["Nats-Consumer-Stalled", flow.stalledOn]);
    send(subject, headerBlock("100 Idle Heartbeat", fields));
  };
  const flow = createPushFlow(
    config.flow_control === true,
    () => `$JS.FC.${stream.config.name}.${name}.${context.token()}`,
    (reply, header) => void send(deliverTo, header, reply),
  );
  const pulls = createPullRequests({
    now,
    hasInterest: context.hasInterest,
    status: (reply, header) => void send(reply, header),
    heartbeat,
  });

  const recount = (): void => {
    const from = next.stream;
    if (config.deliver_policy !== "last_per_subject" || stream.config.max_msgs_per_subject === 1) {
      npc = 0;
      for (const _each of stream.log.all(config.filter_subject, from)) npc++;
      return;
    }
    const subjects = new Set<string>();
    for (const { subject } of stream.log.all(config.filter_subject, from)) subjects.add(subject);
    npc = subjects.size;
  };
  recount();

  /** The next message, and the how manieth time it is delivered. */
  const takeNext = (): { readonly message: StoredMessage; readonly times: number } | "end" | "full" => {
    for (let seq = pending.again.shift(); seq !== undefined; seq = pending.again.shift()) {
      const times = (pending.redelivered.get(seq) ?? 0) + 2;
      if (config.max_deliver !== undefined && config.max_deliver > 0 && times > config.max_deliver) {
        pending.giveUp(seq, times - 1);
        continue;
      }
      const message = stream.log.get(seq);
      if (message === undefined) pending.settle(seq);
      else {
        pending.redelivered.set(seq, times - 1);
        return { message, times };
      }
    }
    if ((config.max_ack_pending ?? 0) > 0 && pending.waiting.size >= (config.max_ack_pending ?? 0)) return "full";
    if (skipList !== undefined && skipList.seqs.length > 0) {
      const seq = skipList.seqs.shift() ?? 0;
      const { resume } = skipList;
      if (skipList.seqs.length === 0) skipList = undefined;
      next.stream = (skipList === undefined ? resume : seq) + 1;
      const message = stream.log.get(seq);
      return message === undefined ? takeNext() : { message, times: 1 };
    }
    const message = stream.log.next(config.filter_subject, next.stream);
    if (message === undefined) {
      next.stream = Math.max(next.stream, stream.log.lastSeq + 1);
      npc = 0;
      return "end";
    }
    next.stream = message.seq + 1;
    return { message, times: 1 };
  };
  const ackSubject = (message: StoredMessage, times: number): string =>
    `$JS.ACK.${stream.config.name}.${name}.${times}.${message.seq}.${next.consumer}.${message.ts}000000.${Math.max(0, npc)}`;

  /** Delivers what can be delivered. */
  const pump = (): void => {
    if (isPumping || isStopped) return;
    isPumping = true;
    let wasFull = false;
    while (consumer.hasLeader && (isPush ? isActive && !flow.isStalled : pulls.size > 0)) {
      const before = next.stream;
      const taken = takeNext();
      if (taken === "end" || taken === "full") {
        wasFull = taken === "full";
        break;
      }
      const { message, times } = taken;
      if (times === 1) npc--;
      const reply = ackSubject(message, times);
      let { header, body } = message;
      if (config.headers_only === true) {
        header = withFields(header, [["Nats-Msg-Size", body.length]]);
        body = none;
      }
      const size = message.subject.length + reply.length + (header?.length ?? 0) + body.length;
      let to = deliverTo;
      let request: PullRequest | undefined;
      if (!isPush) {
        request = pulls.take(size);
        if (request === undefined) {
          if (times === 1) {
            next.stream = before;
            npc++;
          } else {
            if (times === 2) pending.redelivered.delete(message.seq);
            else pending.redelivered.set(message.seq, times - 2);
            pending.again.unshift(message.seq);
          }
          break;
        }
        to = request.reply;
        if (request.left > 0 && request.heartbeatMs > 0) request.heartbeatAt = now() + request.heartbeatMs;
      }
      const delivery = next.consumer++;
      sentAt = now();
      pending.track(message.seq, delivery, times, sentAt, acks);
      if (acks) ackAlarm.atMost(sentAt + ackWaitMs());
      context.send({ subject: message.subject, reply, header, body, to });
      if (request !== undefined && request.left <= 0 && request.bytes > 0) {
        const fields = [["Nats-Pending-Messages", 0] as const, ["Nats-Pending-Bytes", request.bytes] as const];
        send(to, headerBlock("409 Batch Completed", fields));
      }
      if (isPush) flow.sent(to.length + reply.length + (header?.length ?? 0) + body.length);
    }
    isPumping = false;
    if (!isPush) sweep(!wasFull);
  };
  const sweep = (atEnd: boolean): void => {
    if (pulls.size > 0) lastUsed = now();
    pullAlarm.set(pulls.sweep(atEnd).wakeAt);
  };
  const pullAlarm = createAlarm(clock, () => {
    sweep(true);
    if (pulls.size > 0) pump();
  });

  const ackWaitMs = (): number => (config.ack_wait ?? 0) / 1e6;
  const armAcks = (): void => {
    let at = Number.POSITIVE_INFINITY;
    for (const [seq, each] of pending.waiting)
      if (!pending.again.includes(seq)) at = Math.min(at, each.at + ackWaitMs());
    ackAlarm.set(at);
  };
  const ackAlarm = createAlarm(clock, () => {
    const due = [...pending.waiting].filter(
      ([seq, { at }]) => at + ackWaitMs() <= now() && !pending.again.includes(seq),
    );
    for (const [seq] of due.toSorted(([a], [b]) => a - b)) {
      const times = (pending.redelivered.get(seq) ?? 0) + 1;
      if ((config.max_deliver ?? -1) > 0 && times >= (config.max_deliver ?? -1)) pending.giveUp(seq, times);
      else pending.queueAgain(seq);
    }
    pump();
    armAcks();
  });

  const heartbeatMs = (config.idle_heartbeat ?? 0) / 1e6;
  const heartbeatAlarm = createAlarm(clock, () => {
    const due = sentAt + heartbeatMs;
    if (now() < due) return heartbeatAlarm.set(due);
    if (isActive) heartbeat(deliverTo);
    sentAt = now();
    heartbeatAlarm.set(sentAt + heartbeatMs);
  });
  const thresholdMs = (): number => {
    if (config.inactive_threshold !== undefined) return config.inactive_threshold / 1e6;
    return config.durable_name === undefined ? EPHEMERAL_MS : 0;
  };
  const abandonAlarm = createAlarm(clock, () => {
    if (isPush) return void (isActive || context.onAbandoned());
    const since = pulls.sweep(false).wakeAt === Number.POSITIVE_INFINITY ? lastUsed : now();
    const at = since + thresholdMs();
    if (pulls.size === 0 && at <= now() && pending.waiting.size === 0) context.onAbandoned();
    else abandonAlarm.set(Math.max(at, now() + 1));
  });
  const armAbandoned = (): void => {
    if (thresholdMs() === 0) return;
    if (isPush && isActive) abandonAlarm.set(Number.POSITIVE_INFINITY);
    else abandonAlarm.set(now() + thresholdMs());
  };

  const settle = (seq: number): void => {
    const wasFull = pending.waiting.size >= (config.max_ack_pending ?? Number.POSITIVE_INFINITY);
    pending.settle(seq);
    if (wasFull) pump();
  };
  const nak = ({ seq, delivery }: AckToken, words: string): void => {
    if (delivery <= pending.floor.consumer || delivery > next.consumer) return;
    const found = pending.waiting.get(seq);
    if (found === undefined) return;
    const rest = words.slice("-NAK".length).trim();
    if (rest !== "") {
      if (!rest.startsWith("{")) throw new NotSimulated(`the nak delay ${rest}`);
      const { delay = 0 } = JSON.parse(rest) as { readonly delay?: number };
      pending.forgetAgain(seq);
      found.at = now() - ackWaitMs() + delay / 1e6;
      return ackAlarm.atMost(found.at + ackWaitMs());
    }
    pending.queueAgain(seq);
    pump();
  };

  const consumer: Consumer = {
    get config() {
      return config;
    },
    createdMs: begin.createdMs,
    start: pump,
    onStored(message) {
      if (!fits(message.subject)) return;
      npc++;
      if (message.seq >= next.stream) pump();
    },
    onRemoved(message) {
      if (!fits(message.subject)) return;
      if (message.seq >= next.stream) npc--;
      if (pending.waiting.has(message.seq)) settle(message.seq);
      else pending.redelivered.delete(message.seq);
    },
    onPurged(filter) {
      recount(); // as the server does, before it moves on
      const place = purgedFrom(stream.log, filter, config.filter_subject);
      if (place !== undefined) pending.purge(place, stream.log);
    },
    hasLeader: true,
    onTailLost() {
      pending.cutAt(stream.log.lastSeq);
      recount();
    },
    onLeaderChange() {
      pulls.endAll("409 Leadership Change");
      pullAlarm.set(Number.POSITIVE_INFINITY);
    },
    pull(reply, body) {
      lastUsed = now();
      const request = readPull(body, now(), isPush);
      if ("refusal" in request) return void send(reply, headerBlock(request.refusal));
      const isFull = pulls.size >= (config.max_waiting ?? 512);
      if (isFull) {
        pulls.sweep(false);
        if (pulls.size >= (config.max_waiting ?? 512)) {
          if (request.heartbeatMs === 0) send(reply, headerBlock("409 Exceeded MaxWaiting"));
          return;
        }
      }
      if (request.noWait) {
        const there = Math.max(0, npc) + pending.again.length;
        if (there === 0 && request.expiresAt === 0) return void send(reply, headerBlock("404 No Messages"));
        if (there > 0 && there < pulls.sweep(false).wanted)
          return void send(reply, headerBlock("408 Requests Pending"));
      }
      pulls.add({ ...request, reply });
      pump();
    },
    ack(token, body, reply) {
      const isAhead = token.seq >= next.stream; // of an earlier life: nobody answers
      const words = Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1");
      if (words === "" || words === "+ACK" || words === "+OK" || words.startsWith("+TERM")) {
        if (isAhead) return;
        settle(token.seq);
      } else if (words.startsWith("-NAK")) nak(token, words);
      else if (words === "+WPI") {
        const found = pending.waiting.get(token.seq);
        if (found !== undefined) found.at = now();
      } else throw new NotSimulated(`the ack ${words}`);
      if (reply !== "") send(reply, undefined);
    },
    flowControl(subject) {
      if (flow.answered(subject)) pump();
    },
    interestChanged() {
      if (!isPush) return;
      const is = context.hasInterest(deliverTo);
      if (is === isActive) return;
      isActive = is;
      armAbandoned();
      if (is) pump();
    },
    update(to) {
      checkConsumerUpdate(config, to);
      const isFilterOther = config.filter_subject !== to.filter_subject;
      const isLimitOther = config.max_ack_pending !== to.max_ack_pending;
      config = to;
      fits = filterOf(config.filter_subject);
      if (isFilterOther) recount();
      armAcks();
      if (isLimitOther) pump();
    },
    reset(seq) {
      const to = Math.max(1, seq === 0 ? pending.floor.stream + 1 : seq);
      pending.reset(to);
      skipList = undefined;
      recount();
      ackAlarm.set(Number.POSITIVE_INFINITY);
      pump();
      return to;
    },
    info() {
      if (!isPush) pulls.sweep(false);
      const left = next.stream > stream.log.lastSeq ? 0 : Math.max(0, npc);
      npc = left;
      return {
        stream_name: stream.config.name,
        name,
        created: new Date(begin.createdMs).toISOString(),
        config,
        delivered: { consumer_seq: pending.delivered.consumer, stream_seq: pending.delivered.stream },
        ack_floor: { consumer_seq: pending.toldFloor.consumer, stream_seq: pending.toldFloor.stream },
        num_ack_pending: pending.waiting.size,
        num_redelivered: config.max_deliver === 1 ? 0 : pending.redelivered.size,
        num_waiting: pulls.size,
        num_pending: left,
        ...(isPush && isActive ? { push_bound: true } : {}),
        ts: clock.now().toISOString(),
      };
    },
    state: () => ({ config, createdMs: begin.createdMs, deliveries: pending.state() }),
    stop(status) {
      pulls.endAll(status);
      isStopped = true;
      for (const alarm of [pullAlarm, ackAlarm, heartbeatAlarm, abandonAlarm]) alarm.set(Number.POSITIVE_INFINITY);
    },
  };
  if (heartbeatMs > 0) heartbeatAlarm.set(sentAt + heartbeatMs);
  armAbandoned();
  if (acks) armAcks();
  return consumer;
};
