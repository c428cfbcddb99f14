import { createInbox, headers, type Msg, type NatsConnection } from "@nats-io/nats-core";

import type { Operation } from "./operation.fixture.ts";

/** What a client was told, without what two servers never share. */
export type Outcome = unknown;

export interface Side {
  run(operation: Operation): Promise<Outcome>;
}

const PATIENCE_MS = 2000;

/** Does operations over one connection, and tells what came back. */
export const sideOf = (nc: NatsConnection): Side => {
  const request = async (subject: string, body: Uint8Array | string, head?: Readonly<Record<string, string>>) => {
    const hdrs = headers();
    for (const [name, value] of Object.entries(head ?? {})) hdrs.append(name, value);
    try {
      const answer = await nc.request(subject, body, {
        timeout: PATIENCE_MS,
        ...(head === undefined ? {} : { headers: hdrs }),
      });
      return answer;
    } catch (error) {
      return { failed: (error as Error).name === "TimeoutError" ? "timeout" : (error as Error).message.split(":")[0] };
    }
  };
  const jsonOf = (answer: Msg | { readonly failed: unknown }): Outcome =>
    "failed" in answer ? answer : tidy(answer.data.length === 0 ? "" : answer.json());

  const run = async (operation: Operation): Promise<Outcome> => {
    switch (operation.kind) {
      case "request": {
        const { body } = operation;
        return jsonOf(await request(operation.subject, body === undefined ? "" : JSON.stringify(body)));
      }
      case "publish":
        return jsonOf(await request(operation.subject, "x".repeat(operation.bytes), operation.headers));
      case "ack":
        return jsonOf(await request(operation.reply, operation.words));
      case "direct": {
        const answer = await request(`$JS.API.DIRECT.GET.${operation.stream}.${operation.subject}`, "");
        return "failed" in answer ? answer : messageOf(answer);
      }
      case "wait":
        return new Promise((resolve) => setTimeout(() => resolve("waited"), operation.ms));
      case "pull":
        return pull(operation);
      case "watch":
        return watch(operation);
    }
  };
  const runAll = async (operations: readonly Operation[] | undefined): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = [];
    for (const each of operations ?? []) outcomes.push(await run(each));
    return outcomes;
  };

  const listen = (inbox: string, isOver: (all: readonly Msg[], last: Msg) => boolean) => {
    const heard: Msg[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE_MS);
    const subscription = nc.subscribe(inbox, {
      callback: (_error, message) => {
        heard.push(message);
        if (isOver(heard, message)) resolve();
      },
    });
    return {
      async end(): Promise<readonly Outcome[]> {
        await promise;
        clearTimeout(timer);
        subscription.unsubscribe();
        await nc.flush();
        return heard.map(messageOf);
      },
    };
  };

  const pull = async ({ stream, consumer, ask, meanwhile }: Operation & { readonly kind: "pull" }) => {
    const inbox = createInbox();
    let delivered = 0;
    const listening = listen(inbox, (_all, last) => {
      const code = last.headers?.code ?? 0;
      if (code === 0) delivered++;
      return delivered >= ask.batch || (code !== 0 && code !== 100);
    });
    await nc.flush();
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(ask), { reply: inbox });
    await nc.flush();
    // A real one looks at a pull beside all else: how far it has looked for messages is then behind it.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const others = await runAll(meanwhile);
    const heard = await listening.end();
    // What is pending while others publish is a matter of which is first.
    if ((meanwhile ?? []).length > 0) {
      for (const each of heard as { reply: string }[]) each.reply = each.reply.replace(/\.\d+$/, ".pending");
    }
    const isBeat = (each: unknown): boolean => (each as { readonly status: number }).status === 100;
    // How many fit in is a matter of milliseconds.
    const beats = Number(ask["expires"] ?? 0) < 1e9 ? "" : heard.some(isBeat);
    return { others, heard: heard.filter((each) => !isBeat(each)), beats };
  };

  const watch = async ({ stream, name, config, meanwhile }: Operation & { readonly kind: "watch" }) => {
    const inbox = createInbox();
    // The last that is there says that nothing is pending; an empty one is told by a heartbeat.
    let isAsked = true;
    const listening = listen(inbox, (_all, last) => {
      if ((last.reply ?? "").startsWith("$JS.FC.")) nc.publish(last.reply ?? "");
      return !isAsked && last.headers?.code === 100 && (last.reply ?? "") === "";
    });
    await nc.flush();
    const full = { name, deliver_subject: inbox, ...config };
    const filter = (config["filter_subject"] as string | undefined) ?? "";
    const subject = `$JS.API.CONSUMER.CREATE.${stream}.${name}${filter === "" ? "" : `.${filter}`}`;
    const made = await run({
      kind: "request",
      subject,
      body: { config: full, stream_name: stream, action: "create" },
    });
    const others = await runAll(meanwhile);
    isAsked = false;
    if ((made as { readonly error?: unknown }).error !== undefined) {
      nc.publish(inbox, "", { headers: statusOf() });
    }
    const heard = await listening.end();
    const removed = await run({ kind: "request", subject: `$JS.API.CONSUMER.DELETE.${stream}.${name}` });
    // Heartbeats come by the clock: how many is no matter, what the last one says is.
    const beats = heard.filter((each) => (each as { readonly status: number }).status === 100);
    const messages = heard.filter((each) => (each as { readonly status: number }).status !== 100);
    return { made: withoutInbox(made), others, messages, beat: beats.at(-1), removed };
  };
  return { run };
};

const statusOf = () => {
  const made = headers(100, "Nothing");
  return made;
};

const withoutInbox = (made: unknown): unknown =>
  JSON.parse(
    JSON.stringify(made, (key, value: unknown) =>
      key === "deliver_subject" || key === "num_pending" ? undefined : value,
    ),
  );

/** Times; and how far a consumer has looked for what it does not find, which a real one does beside all else. */
const unsteady = new Set(["Nats-Time-Stamp", "Nats-Last-Stream"]);

/** A message as it was heard: the time in an ack subject is no matter. */
const messageOf = (message: Msg): Outcome => {
  const tokens = (message.reply ?? "").split(".");
  if (tokens[1] === "ACK") tokens[7] = "time";
  if (tokens[1] === "FC") tokens[4] = "token";
  const isInbox = message.subject.startsWith("_INBOX");
  const head: string[] = [];
  for (const [name, values] of message.headers ?? [])
    head.push(`${name}: ${unsteady.has(name) ? "" : values.join(",")}`);
  return {
    subject: isInbox ? "inbox" : message.subject,
    reply: tokens.join("."),
    ack: message.reply,
    status: message.headers?.code ?? 0,
    words: message.headers?.description ?? "",
    head,
    bytes: message.data.length,
  };
};

/** Times, versions and what only several servers tell. */
const left = new Set(["created", "ts", "first_ts", "last_ts", "time", "last_active", "cluster", "api", "ack"]);
const counted = new Set(["reserved_storage", "streams_of_account"]);

/** Which of the two depends on how a real one has cut its file. */
const goneAlready = /^(?:sequence \d+ not found|no message found)$/;

const tidy = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  const kept: Record<string, unknown> = {};
  const { err_code, description } = value as { readonly err_code?: number; readonly description?: string };
  if ((err_code === 10_043 || err_code === 10_057) && goneAlready.test(description ?? "")) return "gone already";
  for (const key of Object.keys(value).toSorted()) {
    if (left.has(key) || counted.has(key)) continue;
    kept[key] = tidy((value as Readonly<Record<string, unknown>>)[key]);
  }
  return kept;
};

/** What is compared of an outcome: the ack subject itself is kept only to answer to it. */
export const comparable = (outcome: Outcome): string =>
  JSON.stringify(outcome, (key, value: unknown) => (key === "ack" ? undefined : value), 1);
