import { Lease as LeaseValue } from "@evenkeel/contracts";

import { backOffMs, pause } from "./back-off.ts";
import { openBucket } from "./bucket.ts";
import type { Core } from "./core.ts";
import { acquireLease, type HeldLease } from "./lease.ts";
import type { Membership } from "./members.ts";
import type { ShardWork } from "./port.ts";
import { assignShards } from "./rendezvous.ts";

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
  work: ShardWork,
  signal: AbortSignal,
): Promise<void> => {
  const tenures = new Map<string, Tenure>();
  const failures = new Map<string, number>();
  let wake = Promise.withResolvers<void>();
  const look = (): void => wake.resolve();
  const stopListening = membership.onChange(look);
  // Released and expired leases are seen here; the tick below is for the rest.
  await openBucket(core.wire, "leases", LeaseValue).watch(
    `${core.service}.*`,
    { onEntry: ({ value }) => (value === undefined || value.released ? look() : undefined), onReset: look },
    signal,
  );

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
        const wait = backOffMs(failures.get(shard) ?? 0, 500, 30_000);
        await pause(wait, stop.signal).catch(() => {});
      })
      .finally(() => {
        signal.removeEventListener("abort", onEnd);
        tenures.delete(shard);
        look();
      });
    tenures.set(shard, { stop, ended });
  };

  while (!signal.aborted) {
    const owners = assignShards(work.shards, membership.instances());
    for (const shard of work.shards) {
      const tenure = tenures.get(shard);
      if (owners.get(shard) === core.instance) {
        if (tenure === undefined) take(shard);
      } else tenure?.stop.abort(new Error(`shard ${shard} falls to ${owners.get(shard)}`));
    }
    await nextLook(wake.promise, signal);
    wake = Promise.withResolvers<void>();
  }
  stopListening();
  await Promise.all([...tenures.values()].map(({ ended }) => ended));
};

/** A change, the end, or 1 s: whichever is first. */
const nextLook = (changed: Promise<void>, signal: AbortSignal): Promise<void> =>
  Promise.race([pause(1000, signal).catch(() => {}), changed]);
