import { buckets, flowsOf, CommitObserved, flows } from "@evenkeel/contracts";
import { jetstreamManager } from "@nats-io/jetstream";
import { nkeyAuthenticator } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { eventually, startNatsCluster } from "@evenkeel/testing";
import { silentTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { BusConflict } from "../bus-errors.ts";
import { connectBus } from "../connect-bus.ts";
import { createIdentities } from "../trust/identities.ts";
import { createMailbox } from "../consume/mailbox.ts";
import { migrateBus } from "./migrate.ts";
import { done } from "../port.ts";
import { route } from "../consume/route.ts";

const counts = { partitions: 2, sourceShards: 1 };
const installation = "three";
const identities = createIdentities(counts);
const { log } = silentTelemetry();
const flow = flows.commitObserved;
const commit = (seq: bigint) => CommitObserved.fromPartial({ source: "web", seq });

test("on three servers everything is made, writers compete, and the loss of a leader ends nothing", async () => {
  await using cluster = await startNatsCluster(3, { extra: identities.authorization });
  const servers = cluster.urls;
  const { migrate, keys, trust } = identities;
  await migrateBus({ servers, installation, seed: migrate.seed, counts, replicas: 3 }, log);
  const open = (service: "source-watcher" | "renderer") =>
    connectBus(
      { servers, service, instance: "one", installation, seed: keys[service].seed, trust, counts },
      silentTelemetry(),
    );
  await using watcher = await open("source-watcher");
  await using renderer = await open("renderer");

  const tips = watcher.ownState(buckets.seqCounter);
  const writers = await Promise.allSettled(
    Array.from({ length: 8 }, (_unused, n) => tips.create({}, { last: BigInt(n), floor: 0n })),
  );
  expect(writers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const writer of writers) if (writer.status === "rejected") expect(writer.reason).toBeInstanceOf(BusConflict);

  const stop = new AbortController();
  const handled: bigint[] = [];
  const viewed: bigint[] = [];
  const routes = [route(flow, async ({ fact }) => (handled.push(fact.seq), done))];
  const loop = renderer.consume("planner-0", routes, { mailbox: createMailbox() }, stop.signal);
  await renderer.view(
    flowsOf("COMMITS"),
    {},
    { onEntry: ({ fact }) => viewed.push((fact as CommitObserved).seq) },
    stop.signal,
  );
  await watcher.publish(flow, commit(1n));
  await eventually(() => handled.includes(1n) && viewed.includes(1n));

  const authenticator = nkeyAuthenticator(new TextEncoder().encode(migrate.seed));
  const nc = await connect({ servers: [...servers], inboxPrefix: "_INBOX_migrate", authenticator });
  const { cluster: raft } = await (await jetstreamManager(nc)).streams.info("COMMITS");
  await nc.close();
  const leader = cluster.servers[Number(raft?.leader?.at(-1))];
  await leader?.kill();
  await watcher.publish(flow, commit(2n));
  await eventually(() => handled.includes(2n) && viewed.includes(2n), { timeoutMs: 20_000 });
  stop.abort();
  await loop;
}, 90_000);
