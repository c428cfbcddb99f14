import { createBell } from "@evenkeel/async";
import { buckets, fillKey, Lease as LeaseValue } from "@evenkeel/contracts";

import { BusConflict } from "../bus-errors.ts";
import { bucketStream, bucketSubject } from "../topology/buckets.ts";
import type { Core } from "../core.ts";
import { wordsOf } from "../wire/explain-failure.ts";
import { elapsedMs, type Moment, momentOf } from "./own-clock.ts";
import type { Lease } from "../port.ts";
import { readStored, type Stored } from "../facts/read-stored.ts";
import { readValue } from "../state/read-value.ts";
import { sendValue } from "../state/send-value.ts";

/** Renewed so often; killing the server's leader stopped writes for up to 6.7 s, so 2 + 6.7 stays below the stop. */
export const RENEW_MS = 2000;
/** Writes end so long after the last good renewal was sent: 5 s before the lease expires on the server. */
export const STOP_MS = 10_000;
/** A pause of our own process after which nothing planned before it may be carried out. */
const GAP_MS = 2000;

const stream = bucketStream("leases");

/** A held lease and what keeps it. */
export interface HeldLease {
  readonly lease: Lease;
  /** Ends when the lease does, for whatever reason. */
  readonly signal: AbortSignal;
  /** Gives it back: the next owner's write may follow at once. */
  release(): Promise<void>;
}

const write = (core: Core, key: string, value: LeaseValue, revision: number, giveUpMs: number): Promise<number> =>
  sendValue(
    core.wire,
    { bucket: "leases", key, operation: "PUT", body: LeaseValue.encode(value).finish(), expectLast: revision },
    { giveUpMs, timeoutMs: Math.min(giveUpMs, RENEW_MS) },
  );

/**
 * Takes a lease that is free, expired, released, or our own from before a restart; undefined if another has it.
 * The epoch is the stream sequence of the write that took it.
 */
export const acquireLease = async (core: Core, shard: string, signal?: AbortSignal): Promise<HeldLease | undefined> => {
  const key = fillKey(buckets.lease.template, { service: core.service, shard });
  const last = await readStored(core.wire, stream, { last_by_subj: bucketSubject("leases", key) }, signal);
  const found = last === undefined ? undefined : leaseIn(core, key, last);
  if (found !== undefined && !found.released && found.owner !== core.instance) return undefined;
  const sentAt = momentOf(core.wire.clock);
  try {
    const revision = await write(core, key, { owner: core.instance, epoch: 0n, released: false }, last?.seq ?? 0, 5000);
    return keepLease(core, key, shard, revision, sentAt);
  } catch (error) {
    if (error instanceof BusConflict) return undefined;
    throw error;
  }
};

/** What is not a lease that a replica of this service signed is none: whoever is next writes over it. */
const leaseIn = (core: Core, key: string, stored: Stored): LeaseValue | undefined => {
  const raw = { key, data: stored.data, at: stored.time, header: (name: string) => stored.header.get(name) };
  const read = readValue(core.wire, "leases", LeaseValue, raw);
  if (read.kind === "foreign") {
    core.wire.log.error("value is not taken", { bucket: "leases", key, sequence: stored.seq, reason: read.why });
  }
  return read.kind === "value" ? read.value : undefined;
};

const keepLease = (core: Core, key: string, shard: string, acquired: number, acquiredAt: Moment): HeldLease => {
  const { clock } = core.wire;
  const epoch = BigInt(acquired);
  const ended = new AbortController();
  const mine: LeaseValue = { owner: core.instance, epoch, released: false };
  let revision = acquired;
  let goodAt = acquiredAt;
  let suspended = false;
  let lastTick = momentOf(clock);
  let renewing: Promise<void> | undefined;
  const changed = createBell();

  const end = (why: string): void => {
    if (ended.signal.aborted) return;
    timer[Symbol.dispose]();
    core.wire.log.info("lease ended", { shard, epoch, reason: why });
    ended.abort(new Error(`lease ${key} ended: ${why}`));
    changed.ring();
  };

  const renew = async (): Promise<void> => {
    const sentAt = momentOf(clock);
    try {
      revision = await write(core, key, mine, revision, RENEW_MS);
      goodAt = sentAt;
      suspended = false;
      changed.ring();
    } catch (error) {
      if (error instanceof BusConflict) end("another instance has it");
      else core.wire.log.warn("lease was not renewed", { shard, error: wordsOf(error) });
    }
  };

  const tick = (): void => {
    if (elapsedMs(clock, lastTick) > GAP_MS) suspended = true; // read again through the leader before anything is written
    lastTick = momentOf(clock);
    if (elapsedMs(clock, goodAt) >= STOP_MS) return end("it was not renewed in time");
    if (renewing !== undefined || (!suspended && elapsedMs(clock, goodAt) < RENEW_MS)) return;
    renewing = renew().finally(() => {
      renewing = undefined;
    });
  };
  const timer = clock.every(250, tick);

  const live = (): boolean =>
    !ended.signal.aborted && !suspended && elapsedMs(clock, lastTick) <= GAP_MS && elapsedMs(clock, goodAt) < STOP_MS;

  const sure = async (): Promise<boolean> => {
    while (!live()) {
      if (ended.signal.aborted) return false;
      await changed.heard();
    }
    return true;
  };

  return {
    lease: { service: core.service, shard, epoch, live, sure, drop: end },
    signal: ended.signal,
    async release() {
      timer[Symbol.dispose]();
      await renewing;
      if (ended.signal.aborted) return;
      end("given back");
      await write(core, key, { ...mine, released: true }, revision, RENEW_MS).catch((error: unknown) => {
        core.wire.log.warn("lease was not given back", { shard, error: wordsOf(error) });
      });
    },
  };
};
