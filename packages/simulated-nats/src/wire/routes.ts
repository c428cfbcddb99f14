import { isLiteral, matches } from "./subjects.ts";

/** Who hears a subject. */
export interface Subscription {
  readonly filter: string;
  readonly hear: (message: Routed) => void;
}

/** A message on its way; the header in the protocol's own form. */
export interface Routed {
  readonly subject: string;
  /** Who hears it, where that is not who hears its subject: a delivery keeps the subject that it was stored under. */
  readonly to?: string;
  readonly reply: string;
  readonly header: Uint8Array | undefined;
  readonly body: Uint8Array;
}

type Kind = "literal" | "last" | "rest" | "other";

/** Subscriptions by what they ask for: an inbox is found by its prefix, whatever request it answers. */
export interface Routes {
  add(subscription: Subscription): void;
  remove(subscription: Subscription): void;
  /** Tells all that hear the subject; false if nobody does. */
  send(message: Routed): boolean;
  hasInterest(subject: string): boolean;
}

export const createRoutes = (): Routes => {
  const literal = new Map<string, Set<Subscription>>();
  const last = new Map<string, Set<Subscription>>(); // `a.b.*` by `a.b`
  const rest = new Map<string, Set<Subscription>>(); // `a.b.>` by `a.b`
  const other = new Set<Subscription>();

  const placeOf = (filter: string): { readonly kind: Kind; readonly key: string } => {
    if (isLiteral(filter)) return { kind: "literal", key: filter };
    const head = filter.slice(0, -2);
    if (head === "" || !isLiteral(head)) return { kind: "other", key: filter };
    if (filter.endsWith(".*")) return { kind: "last", key: head };
    return filter.endsWith(".>") ? { kind: "rest", key: head } : { kind: "other", key: filter };
  };
  const maps = { literal, last, rest };

  function* hearers(subject: string): Generator<Subscription> {
    const exact = literal.get(subject);
    if (exact !== undefined) yield* exact;
    const dot = subject.lastIndexOf(".");
    const inLast = dot < 0 ? undefined : last.get(subject.slice(0, dot));
    if (inLast !== undefined) yield* inLast;
    if (rest.size > 0) {
      for (let at = subject.indexOf("."); at >= 0; at = subject.indexOf(".", at + 1)) {
        const inRest = rest.get(subject.slice(0, at));
        if (inRest !== undefined) yield* inRest;
      }
    }
    for (const each of other) if (matches(each.filter, subject)) yield each;
  }

  return {
    add(subscription) {
      const { kind, key } = placeOf(subscription.filter);
      if (kind === "other") return void other.add(subscription);
      const known = maps[kind].get(key);
      if (known === undefined) maps[kind].set(key, new Set([subscription]));
      else known.add(subscription);
    },
    remove(subscription) {
      const { kind, key } = placeOf(subscription.filter);
      if (kind === "other") return void other.delete(subscription);
      const known = maps[kind].get(key);
      known?.delete(subscription);
      if (known?.size === 0) maps[kind].delete(key);
    },
    send(message) {
      const subject = message.to ?? message.subject;
      // What nearly every message is: one inbox, found without asking the others.
      const exact = literal.get(subject);
      const dot = subject.lastIndexOf(".");
      const inLast = dot < 0 ? undefined : last.get(subject.slice(0, dot));
      if (rest.size === 0 && other.size === 0) {
        if (exact !== undefined) for (const each of exact) each.hear(message);
        if (inLast !== undefined) for (const each of inLast) each.hear(message);
        return exact !== undefined || inLast !== undefined;
      }
      let heard = false;
      for (const each of hearers(subject)) {
        each.hear(message);
        heard = true;
      }
      return heard;
    },
    hasInterest: (subject) => hearers(subject).next().done !== true,
  };
};
