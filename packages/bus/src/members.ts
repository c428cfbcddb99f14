import { Member } from "@evenkeel/contracts";

import { openBucket } from "./bucket.ts";
import type { Core } from "./core.ts";
import { wordsOf } from "./explain-failure.ts";

/** The live members of this service, this instance among them while it takes part. */
export interface Membership {
  /** Instances that are live and not draining, sorted. */
  instances(): readonly string[];
  /** Runs `changed` after every change. */
  onChange(changed: () => void): () => void;
}

/** Announced so often; the value lives 12 s. */
const announceMs = 2000;

/** Announces this instance until the signal ends, and watches the others of its service. */
export const joinMembers = async (core: Core, version: string, signal: AbortSignal): Promise<Membership> => {
  const bucket = openBucket(core.wire, "members", Member);
  const key = `${core.service}.${core.instance}`;
  const members = new Map<string, Member>();
  const listeners = new Set<() => void>();
  const self: Member = { weight: 1, draining: false, version, capabilities: [] };
  const announce = async (): Promise<void> => {
    await bucket.put(key, self, signal).catch((error: unknown) => {
      if (!signal.aborted) core.wire.log.warn("instance was not announced", { error: wordsOf(error) });
    });
  };
  await announce();
  let announcing: Promise<void> | undefined;
  const timer = setInterval(() => {
    announcing ??= announce().finally(() => {
      announcing = undefined;
    });
  }, announceMs);
  signal.addEventListener(
    "abort",
    () => {
      clearInterval(timer);
      if (!core.wire.nc.isClosed()) bucket.delete(key).catch(() => {});
    },
    { once: true },
  );
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  await bucket.watch(
    `${core.service}.*`,
    {
      onEntry: ({ key: member, value }) => {
        const instance = member.slice(core.service.length + 1);
        if (value === undefined) members.delete(instance);
        else members.set(instance, value);
        tell();
      },
      onReset: () => members.clear(),
    },
    signal,
  );
  return {
    instances: () =>
      [
        ...new Set([
          core.instance,
          ...[...members].filter(([, member]) => !member.draining).map(([instance]) => instance),
        ]),
      ].toSorted(),
    onChange(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
};

/** One membership for all that hold shards of this service; it leaves as soon as the last of them begins to stop. */
export const sharedMembership = (core: Core, version: string) => {
  let joined: { readonly membership: Promise<Membership>; readonly leave: AbortController } | undefined;
  let holders = 0;
  return {
    join(until: AbortSignal): Promise<Membership> {
      holders++;
      if (joined === undefined) {
        const leave = new AbortController();
        joined = { membership: joinMembers(core, version, leave.signal), leave };
      }
      const { membership, leave } = joined;
      until.addEventListener(
        "abort",
        () => {
          if (--holders > 0) return;
          joined = undefined;
          leave.abort(until.reason);
        },
        { once: true },
      );
      return membership;
    },
  };
};
