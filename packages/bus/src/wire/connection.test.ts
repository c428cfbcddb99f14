import { systemClock, systemRng } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import { errors } from "@nats-io/nats-core";
import type { NatsConnection } from "@nats-io/nats-core";
import { expect, test } from "vitest";

import { createServiceKey, signerOf } from "../trust/service-key.ts";
import { dial } from "./connection.ts";

const whom = {
  servers: ["nats://nowhere.example:4222"],
  name: "applier/one",
  inboxPrefix: "_INBOX",
  signer: signerOf(createServiceKey().seed),
};

/** Time that passes where somebody sleeps, and nowhere else. */
const sleptClock = (): Clock => {
  let now = 0;
  return {
    ...systemClock,
    monotonic: () => now,
    sinceBoot: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
    },
  };
};

/** Fails so many times, with the reason. */
const failing = (times: number, reason: Error) => {
  const nc = { status: async function* () {} } as unknown as NatsConnection;
  const asked: number[] = [];
  const open = async (): Promise<NatsConnection> => {
    if (asked.push(asked.length) <= times) throw reason;
    return nc;
  };
  return { nc, asked, open };
};

test("a connection is opened by the way given, tried until it answers", async () => {
  const server = failing(3, new errors.ConnectionError("connection refused"));
  const ports = { dial: server.open, clock: sleptClock(), rng: systemRng };
  expect(await dial(whom, ports, 60_000)).toBe(server.nc);
  expect(server.asked).toHaveLength(4);
});

test("nobody answers: it is tried for so long by the clock given, and no longer", async () => {
  const server = failing(Infinity, new errors.ConnectionError("connection refused"));
  const clock = sleptClock();
  await expect(dial(whom, { dial: server.open, clock, rng: systemRng }, 60_000)).rejects.toThrow(
    "bus nats://nowhere.example:4222 did not answer applier/one: connection refused",
  );
  expect(clock.monotonic()).toBeGreaterThan(60_000);
  expect(clock.monotonic()).toBeLessThan(63_000);
});

test("a refused key is not tried again", async () => {
  const server = failing(Infinity, new errors.AuthorizationError("Authorization Violation"));
  await expect(dial(whom, { dial: server.open, clock: sleptClock(), rng: systemRng }, 60_000)).rejects.toThrow(
    "refused applier/one with key U",
  );
  expect(server.asked).toHaveLength(1);
});
