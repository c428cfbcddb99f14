import { nkeyAuthenticator } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { jetstreamManager } from "@nats-io/jetstream";
import { Lease, Topology } from "@evenkeel/contracts";
import { systemClock, systemRng } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { startNats } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { adminOf } from "./admin.fixture.ts";
import { checkServer, standingOf } from "./boot-checks.ts";
import { startTestBus, type TestBus } from "../bus.fixture.ts";
import { connectBus } from "../connect-bus.ts";
import type { Wire } from "../wire/wire.ts";
import { migrateBus } from "./migrate.ts";
import { createServiceKey } from "../trust/service-key.ts";

test.each([
  ["2.9.10", "refused"],
  ["2.11.16", "refused"],
  ["2.12.3", "degraded"],
  ["2.13.1", "degraded"],
  ["2.14.0", "supported"],
  ["2.15.1", "supported"],
  ["3.0.0", "supported"],
  ["2.14.0-RC.1", "supported"],
  ["unknown", "refused"],
])("nats-server %s is %s", (version, standing) => {
  expect(standingOf(version)).toBe(standing);
});

test("a question that a cluster without a leader drops is asked again long before an answer would be late", async () => {
  await using nats = await startNats({ jetstream: false });
  const nc = await connect({ servers: nats.url });
  const cluster = await connect({ servers: nats.url });
  let asked = 0;
  const answer = JSON.stringify({ type: "io.nats.jetstream.api.v1.account_info_response", api: { level: 2 } });
  cluster.subscribe("$JS.API.INFO", {
    callback: (_error, message) => void ((asked += 1) > 1 && message.respond(answer)),
  });
  await cluster.flush();
  const began = performance.now();
  const wire = { nc, log: silentTelemetry().log, clock: systemClock, rng: systemRng } as Wire;
  expect(await checkServer(wire)).toBe("supported");
  expect(asked).toBe(2);
  expect(performance.now() - began).toBeLessThan(5_000);
  await Promise.all([nc.close(), cluster.close()]);
});

const migrating = (bus: TestBus) => {
  const { servers, installation, counts } = bus.config("applier");
  return { servers, installation, counts, seed: bus.identities.migrate.seed };
};

test("a second migration changes nothing, one after a changed setting brings it back, and no topology is replaced", async () => {
  await using bus = await startTestBus();
  const { log } = silentTelemetry();
  const config = migrating(bus);
  expect(await migrateBus(config, log)).toEqual({ created: [], updated: [] });

  const authenticator = nkeyAuthenticator(new TextEncoder().encode(config.seed));
  const nc = await bus.dial({ servers: bus.nats.url, inboxPrefix: "_INBOX_migrate", authenticator });
  const jsm = await jetstreamManager(nc);
  await jsm.streams.update("DRIFT", { max_msgs_per_subject: 3 });
  await expect(bus.connect("applier")).rejects.toThrow(/DRIFT max_msgs_per_subject: found 3, wanted 16/);
  await jsm.consumers.update("DESIRED", "applier-3", { max_ack_pending: 99 });
  expect(await migrateBus(config, log)).toEqual({ created: [], updated: ["DRIFT", "applier-3"] });
  await bus.connect("applier");

  // As a bus was made before: its marks of expiry let a rollup empty the members.
  await jsm.streams.update("KV_members", { allow_msg_ttl: true, subject_delete_marker_ttl: 60e9 });
  await expect(bus.connect("applier")).rejects.toThrow(/KV_members allow_rollup_hdrs: found true, wanted false/);
  expect(await migrateBus(config, log)).toEqual({ created: [], updated: ["KV_members"] });
  await bus.connect("applier");

  const born = (await jsm.streams.info("KV_leases")).config.first_seq;
  expect(born).toBeGreaterThan((Date.now() / 1000 - 600) * 65_536);
  await jsm.streams.delete("KV_leases");
  const anchoredEpoch = BigInt(born) + 10n ** 12n;
  expect((await migrateBus({ ...config, anchoredEpoch }, log)).created).toEqual(["KV_leases"]);
  expect(BigInt((await jsm.streams.info("KV_leases")).config.first_seq)).toBe(anchoredEpoch + 1n);
  await nc.close();

  await expect(migrateBus({ ...config, counts: { partitions: 32, sourceShards: 16 } }, log)).rejects.toThrow(
    /topology is another one: partitions: found 8, wanted 32/,
  );
});

test.each<[string, (bus: TestBus) => object, RegExp]>([
  ["with another topology", () => ({ counts: { partitions: 32, sourceShards: 4 } }), /partitions: found 8, wanted 32/],
  [
    "of another installation",
    () => ({ installation: "other" }),
    /installation: found "test-installation", wanted "other"/,
  ],
  [
    "with a trust bundle for an unknown role",
    () => ({ trust: { keys: [{ publicKey: createServiceKey().publicKey, role: "cook" }] } }),
    /role: found cook, wanted one of source-watcher/,
  ],
  [
    "with a key that the server does not know",
    () => ({ seed: createServiceKey().seed }),
    /refused applier\/one with key U[A-Z0-9]+: .*authorization/i,
  ],
])("a service does not start on a bus %s", async (_title, change, message) => {
  await using bus = await startTestBus();
  const config = { ...bus.config("applier"), ...change(bus) };
  await expect(connectBus(config, silentTelemetry(), AbortSignal.timeout(3000))).rejects.toThrow(message);
});

test("a service in production does not start unless each write is known to be synced", async () => {
  await using bus = await startTestBus();
  await using unsynced = await startNats({
    extra: bus.identities.authorization,
    jetstream: { syncInterval: "default" },
  });
  const { monitorUrl } = unsynced;
  // The same bus, of which another server's answer is recorded.
  await migrateBus({ ...migrating(bus), monitorUrl }, silentTelemetry().log);
  await expect(bus.connect("applier")).rejects.toThrow(/config\/servers syncAlways: found false, wanted true/);
  await connectBus({ ...bus.config("applier"), production: false }, silentTelemetry()).then((open) =>
    open[Symbol.asyncDispose](),
  );
});

test("a migration that rebuilds forgets everything once, and gives out terms above all before", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  await watcher.bucket("declarations", Topology).put("Cluster.prod", Topology.create());
  await watcher.bucket("leases", Lease).put("source-watcher.0", Lease.create());
  const before = await watcher.newestEpoch();
  const rebuild = (await watcher.birth()) ?? "";
  await bus.migrate({ rebuild });
  const after = await bus.connect("status-api");
  expect(await after.bucket("declarations", Topology).keys(">")).toEqual([]);
  // The next one that is given out is above.
  expect(await after.newestEpoch()).toBeGreaterThanOrEqual(before);
  // Left set in a manifest, the same value is there at every migration to come.
  await (await bus.connect("source-watcher")).bucket("declarations", Topology).put("Cluster.prod", Topology.create());
  await bus.migrate({ rebuild });
  expect(await after.bucket("declarations", Topology).keys(">")).toEqual(["Cluster.prod"]);
  expect(Date.parse((await after.birth()) ?? "")).toBeGreaterThan(Date.parse(rebuild));
});

test("a migration that was cut off while it removed what was named removes the rest", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const rebuild = (await watcher.birth()) ?? "";
  await watcher.bucket("declarations", Topology).put("Cluster.prod", Topology.create());
  await using admin = await adminOf(bus);
  const { jsm } = admin;
  const { created } = await jsm.streams.info("COMMITS");
  await jsm.streams.delete("COMMITS");
  await jsm.streams.delete("KV_config");
  await bus.migrate({ rebuild });
  expect(Date.parse((await jsm.streams.info("COMMITS")).created)).toBeGreaterThan(Date.parse(created));
  expect(await watcher.bucket("declarations", Topology).keys(">")).toEqual([]);
});

test("a migration that would name what it makes itself is refused, and removes nothing", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  await watcher.bucket("declarations", Topology).put("Cluster.prod", Topology.create());
  await expect(bus.migrate({ rebuild: "2999-01-01T00:00:00.000Z" })).rejects.toThrow(/not over yet at the server/);
  expect(await watcher.bucket("declarations", Topology).keys(">")).toEqual(["Cluster.prod"]);
});
