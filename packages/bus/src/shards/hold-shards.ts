import { backOff, createBell } from "@evenkeel/async";

import type { Core } from "../core.ts";
import type { FreedLeases } from "./freed-leases.ts";
import { acquireLease, type HeldLease } from "./lease.ts";
import type { Membership } from "./members.ts";
import type { ShardCapability, ShardWork } from "../port.ts";
import { assignShards } from "./rendezvous.ts";

/** It is looked at anew so often without a change. */
const LOOK_MS = 1000;

/** One shard that this instance holds or is taking. */
interface Tenure {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Holds the shards that fall to this instance, running the work of each, until the signal ends; then gives them back.
 * A shard whose work returns or throws is given back and taken again after a while.
 */
export const holdShards = async (
  core: Core,
  membership: Membership,
  leases: FreedLeases,
  work: ShardWork,
  signal: AbortSignal,
): Promise<void> => {
  const { clock, rng } = core.wire;
  const tenures = new Map<string, Tenure>();
  const failures = new Map<string, number>();
  const changed = createBell();
  const look = (): void => changed.ring();
  using listening = new DisposableStack();
  listening.use(membership.onChange(look));
  // Released and expired leases are seen here; the look after a while is for the rest.
  listening.use(await leases.onFreed(work.shards, look));
  if (work.capability !== undefined) await membership.add(work.capability.mine);

  const serve = async (shard: string, stop: AbortSignal): Promise<void> => {
    const held: HeldLease | undefined = await acquireLease(core, shard, stop);
    if (held === undefined) return;
    core.wire.log.info("lease taken", { shard, epoch: held.lease.epoch });
    try {
      await work.run(held.lease, AbortSignal.any([held.signal, stop]));
      failures.delete(shard);
    } finally {
      await held.release();
    }
  };

  const take = (shard: string): void => {
    const stop = new AbortController();
    const onEnd = (): void => stop.abort(signal.reason);
    signal.addEventListener("abort", onEnd, { once: true });
    const ended = serve(shard, stop.signal)
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        failures.set(shard, (failures.get(shard) ?? 0) + 1);
        core.wire.log.error("work of a shard ended", { shard, error });
      })
      .then(async () => {
        const wait = backOff({ first: 500, most: 30_000 }, failures.get(shard) ?? 0, rng.chance());
        await clock.sleep(wait, stop.signal).catch(() => {});
      })
      .finally(() => {
        signal.removeEventListener("abort", onEnd);
        tenures.delete(shard);
        look();
      });
    tenures.set(shard, { stop, ended });
  };

  try {
    while (!signal.aborted) {
      const owners = assignShards(work.shards, candidates(membership, work.capability));
      for (const shard of work.shards) {
        const tenure = tenures.get(shard);
        if (owners.get(shard) === core.instance) {
          if (tenure === undefined) take(shard);
        } else tenure?.stop.abort(new Error(`shard ${shard} falls to ${owners.get(shard) ?? "nobody"}`));
      }
      const heard = changed.heardWithin(LOOK_MS, (ms, until) => clock.sleep(ms, until), signal).catch(() => {});
      await Promise.race([heard, membership.taken]);
    }
  } finally {
    for (const { stop } of tenures.values()) stop.abort(signal.reason);
    await Promise.all([...tenures.values()].map(({ ended }) => ended));
  }
};

/** Who may take a shard now. */
const candidates = (membership: Membership, capability: ShardCapability | undefined): readonly string[] => {
  if (capability === undefined) return membership.instances();
  const wanted = capability.wanted();
  const able = wanted === undefined ? [] : membership.instances(wanted);
  if (able.length === 0 && membership.isSure()) capability.onNobody();
  return able;
};
