import type { Link, LinkEnd } from "./link.ts";
import { headerBlock } from "./wire/headers.ts";
import { readProtocol } from "./wire/read-protocol.ts";
import type { Routed, Routes, Subscription } from "./wire/routes.ts";
import { filterOf } from "./wire/subjects.ts";
import { writeProtocol } from "./wire/write-protocol.ts";

/** What a user may do; absent: everything. */
export interface User {
  readonly name?: string;
  readonly publish?: readonly string[];
  readonly subscribe?: readonly string[];
}

export interface ConnectionContext {
  readonly routes: Routes;
  readonly info: () => Readonly<Record<string, unknown>>;
  /** Whoever has a key of the table; undefined: nobody. */
  readonly userOf: (key: string | undefined) => User | undefined;
  /** A message from this client. */
  readonly onPublish: (message: Routed) => void;
  readonly onInterest: (subject: string) => void;
  readonly onClosed: (connection: Connection) => void;
  /** Something that is not simulated was asked for. */
  readonly onFault: (error: unknown) => void;
}

/** The server's side of one connection. */
export interface Connection {
  readonly end: LinkEnd;
  readonly clientName: string;
  readonly subscriptions: number;
  open(link: Link): void;
  /** Ends it without a goodbye. */
  cut(): void;
}

const none = new Uint8Array();

const mayOf = (allowed: readonly string[] | undefined): ((subject: string) => boolean) => {
  if (allowed === undefined) return () => true;
  const exact = new Set(allowed);
  const filters = allowed.map(filterOf);
  const known = new Map<string, boolean>();
  return (subject) => {
    if (exact.has(subject)) return true;
    const found = known.get(subject);
    if (found !== undefined) return found;
    const may = filters.some((fits) => fits(subject));
    if (known.size > 10_000) known.clear();
    known.set(subject, may);
    return may;
  };
};

export const createConnection = (context: ConnectionContext, clientName: string): Connection => {
  const { routes } = context;
  const subscriptions = new Map<string, Subscription & { left: number }>();
  const writer = writeProtocol();
  let link: Link | undefined;
  let isFlushing = false;
  let isClosed = false;
  let mayPublish: (subject: string) => boolean = () => false;
  let maySubscribe: (subject: string) => boolean = () => false;

  const flush = (): void => {
    isFlushing = false;
    link?.toClient(writer.take());
  };
  const later = (): void => {
    if (isFlushing) return;
    isFlushing = true;
    queueMicrotask(flush);
  };
  const line = (text: string): void => {
    writer.line(text);
    later();
  };
  const drop = (sid: string): void => {
    const subscription = subscriptions.get(sid);
    if (subscription === undefined) return;
    subscriptions.delete(sid);
    routes.remove(subscription);
    context.onInterest(subscription.filter);
  };
  const closed = (): void => {
    if (isClosed) return;
    isClosed = true;
    for (const sid of subscriptions.keys()) drop(sid);
    context.onClosed(connection);
  };
  const refuse = (why: string): void => {
    line(`-ERR '${why}'\r\n`);
    flush();
    link?.closeServer();
    closed();
  };

  const read = readProtocol({
    connect(options) {
      const user = context.userOf(options["nkey"] as string | undefined);
      if (user === undefined) return refuse("Authorization Violation");
      mayPublish = mayOf(user.publish);
      maySubscribe = mayOf(user.subscribe);
    },
    ping: () => line("PONG\r\n"),
    pong: () => {},
    subscribe(filter, sid) {
      if (!maySubscribe(filter)) return line(`-ERR 'Permissions Violation for Subscription to "${filter}"'\r\n`);
      const subscription = {
        filter,
        left: Number.POSITIVE_INFINITY,
        hear: (message: Routed): void => {
          writer.message(sid, message);
          later();
          if (--subscription.left <= 0) drop(sid);
        },
      };
      subscriptions.set(sid, subscription);
      routes.add(subscription);
      context.onInterest(filter);
    },
    unsubscribe(sid, most) {
      const subscription = subscriptions.get(sid);
      if (subscription === undefined) return;
      if (most === undefined) drop(sid);
      else subscription.left = most;
    },
    publish(subject, reply, header, body) {
      if (!mayPublish(subject)) return line(`-ERR 'Permissions Violation for Publish to "${subject}"'\r\n`);
      try {
        context.onPublish({ subject, reply, header, body });
      } catch (error) {
        context.onFault(error);
      }
    },
  });
  const connection: Connection = {
    clientName,
    get subscriptions() {
      return subscriptions.size;
    },
    end: {
      onBytes(bytes) {
        if (isClosed) return;
        try {
          read(bytes);
        } catch (error) {
          context.onFault(error);
        }
      },
      onEnd: closed,
    },
    open(to) {
      link = to;
      line(`INFO ${JSON.stringify(context.info())}\r\n`);
    },
    cut() {
      link?.cut();
      closed();
    },
  };
  return connection;
};

/** What a requester hears where nobody would answer. */
export const nobodyAnswers = ({ subject, reply }: Routed): Routed => ({
  subject: reply,
  reply: "",
  header: headerBlock("503", [["Nats-Subject", subject]]),
  body: none,
});
