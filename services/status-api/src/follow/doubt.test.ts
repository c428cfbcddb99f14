import { flows, Health, Sync } from "@evenkeel/contracts";
import type { UnitStatus } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { createChannel, createClientFactory, Status } from "nice-grpc";
import {
  HealthCheckResponse_ServingStatus,
  HealthDefinition,
} from "nice-grpc-server-health/lib/proto/grpc/health/v1/health.js";
import { expect, test } from "vitest";

import { serveStatus } from "../story/served-status.fixture.ts";
import type { ServedStatus } from "../story/served-status.fixture.ts";
import * as story from "../story/story.fixture.ts";

const web = { cluster: "prod-eu", app: "web" };

/** A unit that is Synced and Healthy, as a detector told that holds its cluster. */
const serveSynced = async () => {
  const served = await serveStatus();
  const [renderer, applier, detector] = await Promise.all([
    served.as("renderer"),
    served.as("applier"),
    served.as("drift-detector"),
  ]);
  await renderer.publish(flows.desiredStateChanged, story.desired(3, "a"), { expectLast: 0 });
  await applier.publish(flows.applyFinished, story.run(3, "a"));
  await detector.publish(flows.healthChanged, story.health(3, "a"));
  const watching = await served.watched("prod-eu");
  await unitWhen(served, (unit) => unit.sync === Sync.SYNCED);
  return { served, watching, detector };
};

const unitWhen = (served: ServedStatus, good: (unit: UnitStatus) => boolean): Promise<UnitStatus> =>
  eventually(
    async () => {
      const { unit } = await served.client.getUnit(web);
      if (unit === undefined || !good(unit)) throw new Error(`it is ${JSON.stringify(unit?.doubt)} ${unit?.sync}`);
      return unit;
    },
    { timeoutMs: 40_000 },
  );

const isUnknown = (unit: UnitStatus): boolean => unit.sync === Sync.UNKNOWN && unit.health === Health.UNKNOWN;
const isWell = (unit: UnitStatus): boolean => unit.sync === Sync.SYNCED && unit.health === Health.HEALTHY;

test("a cluster that does not answer makes its units Unknown, with cause, time and what was known last", async () => {
  const { served, watching, detector } = await serveSynced();
  await using _served = served;
  const since = new Date(Date.now() - 5_000);
  const { epoch } = watching;
  const condition = {
    cluster: "prod-eu",
    unreachable: { code: "ApiUnavailable", message: "cluster prod-eu: connect ECONNREFUSED", remedy: "look" },
    since,
    at: new Date(),
    epoch,
    cause: "gone",
  };
  await detector.publish(flows.clusterCondition, condition);
  expect(await unitWhen(served, isUnknown)).toMatchObject({
    reason: {
      code: "ApiUnavailable",
      message: "cluster prod-eu: connect ECONNREFUSED (last known Synced, Healthy)",
    },
    reasonSince: since,
    doubt: { since, lastSync: Sync.SYNCED, lastHealth: Health.HEALTHY },
  });
  await detector.publish(flows.clusterCondition, { ...condition, unreachable: undefined, cause: "back" });
  await unitWhen(served, isWell);
});

test("a drift-detector that is gone makes the units of its clusters Unknown", async () => {
  const { served, watching } = await serveSynced();
  await using _served = served;
  await watching.vanish();
  expect((await unitWhen(served, isUnknown)).reason).toMatchObject({
    code: "Unobserved",
    message: expect.stringContaining("no drift-detector watches cluster prod-eu"),
  });
});

test("a bus that does not answer makes everything Unknown and the service NOT_SERVING, until it answers", async () => {
  const { served } = await serveSynced();
  await using _served = served;
  const channel = createChannel(served.address);
  using _channel = { [Symbol.dispose]: () => channel.close() };
  const health = createClientFactory().create(HealthDefinition, channel);
  process.kill(served.nats.pid, "SIGSTOP");
  try {
    // The detector that is not heard any more may be told first: it is all one silence.
    const unit = await unitWhen(served, (one) => isUnknown(one) && one.reason?.code === "BusUnavailable");
    expect(unit.reason?.message).toMatch(/^the bus has not answered since \d{4}-.*last known Synced, Healthy/);
    expect((await health.check({ service: "" })).status).toBe(HealthCheckResponse_ServingStatus.NOT_SERVING);
    expect((await served.client.listSources({})).warnings).toMatchObject([{ code: "BusUnavailable" }]);
    await expect(served.client.getHistory(web)).rejects.toMatchObject({
      code: Status.FAILED_PRECONDITION,
      details: expect.stringContaining("the bus has not answered since"),
    });
  } finally {
    process.kill(served.nats.pid, "SIGCONT");
  }
  await unitWhen(served, isWell);
  expect((await health.check({ service: "" })).status).toBe(HealthCheckResponse_ServingStatus.SERVING);
});
