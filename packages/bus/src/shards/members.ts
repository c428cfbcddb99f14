import { buckets, type Member } from "@evenkeel/contracts";
import { randomName } from "@evenkeel/machine";

import { openOwnState } from "../state/open-state.ts";
import type { Core } from "../core.ts";
import { wordsOf } from "../wire/explain-failure.ts";
import { createRoster } from "./roster.ts";
import { instanceTaken, decideRival } from "./same-instance.ts";

/** The live members of this service, this instance among them while it takes part. */
export interface Membership {
  /** Instances that are live and not draining, sorted; with a capability only those that have it. */
  instances(capability?: string): readonly string[];
  /** True while the announcements of this instance come back: then who is not seen is not there. */
  isSure(): boolean;
  /** Announces a capability of this instance from now on. */
  add(capability: string): Promise<void>;
  /** Runs `changed` after every change. */
  onChange(changed: () => void): Disposable;
  /** Rejects with InstanceTaken when another live process that began earlier has our instance id. */
  readonly taken: Promise<never>;
}

/** Announced so often; the value lives 12 s. */
const ANNOUNCE_MS = 2000;
/** A live process of our instance id answers our announcement by its own at once, a dead one never. */
const DEFENCE_MS = 1500;

/**
 * Announces this instance until the signal ends, and watches the others of its service. Throws InstanceTaken if another
 * live process has its instance id.
 */
export const joinMembers = async (core: Core, version: string, signal: AbortSignal): Promise<Membership> => {
  const { service } = core;
  const { clock, rng } = core.wire;
  const members = openOwnState(core.wire, service, buckets.member);
  const key = { service, instance: core.instance };
  const run = { session: randomName(rng), startedAtMs: BigInt(clock.now().getTime()) };
  const capabilities = new Set<string>();
  const announce = async (): Promise<void> => {
    const self: Member = { weight: 1, draining: false, version, capabilities: [...capabilities], ...run };
    await members.put(key, self, signal).catch((error: unknown) => {
      if (!signal.aborted) core.wire.log.warn("instance was not announced", { error: wordsOf(error) });
    });
  };
  const before = (await members.get(key, signal))?.value;
  await announce();
  let announcing: Promise<void> | undefined;
  const announceOnce = (): Promise<void> =>
    (announcing ??= announce().finally(() => {
      announcing = undefined;
    }));
  const timer = clock.every(ANNOUNCE_MS, () => void announceOnce());
  const { promise: taken, reject: giveWay } = Promise.withResolvers<never>();
  taken.catch(() => {});
  const leave = (): void => {
    timer[Symbol.dispose]();
    if (!core.wire.nc.isClosed()) members.delete(key).catch(() => {});
  };
  signal.addEventListener("abort", leave, { once: true });
  const onOwn = (value: Member | undefined): void => {
    if (value === undefined) return;
    const rivalry = decideRival(run, value);
    if (rivalry === "ours") return;
    const { instance, wire } = core;
    wire.log.error("another process runs under this instance id", { instance, rival: value.session, rivalry });
    if (rivalry === "they give way") return void announceOnce();
    timer[Symbol.dispose]();
    signal.removeEventListener("abort", leave); // the key is the elder's
    giveWay(instanceTaken(service, instance, value));
  };
  const roster = createRoster(core.instance, clock);
  await members.watch(
    { service },
    {
      onEntry: ({ key: { instance }, value }) => {
        if (instance === core.instance) onOwn(value);
        roster.see(instance, value);
      },
      onReset: () => roster.doubt(),
      onCaughtUp: () => roster.settle(),
    },
    signal,
  );
  if (before !== undefined && decideRival(run, before) !== "ours") {
    await Promise.race([taken, clock.sleep(DEFENCE_MS, signal)]);
  }
  return {
    instances: (capability) => roster.instances(capability),
    isSure: () => roster.isSure(),
    async add(capability) {
      if (capabilities.has(capability)) return;
      capabilities.add(capability);
      await announce();
    },
    onChange: (changed) => roster.onChange(changed),
    taken,
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
