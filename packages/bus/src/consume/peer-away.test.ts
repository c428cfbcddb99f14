import { jetstreamManager } from "@nats-io/jetstream";
import { nkeyAuthenticator } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { silentTelemetry } from "@evenkeel/telemetry";
import { eventually, freePort, startNats, temporaryFolder } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { createIdentities } from "../trust/identities.ts";
import { migrateBus } from "../topology/migrate.ts";

const counts = { partitions: 2, sourceShards: 1 };

test("a migration waits for the one of three servers that the others have not heard of since they were started", async () => {
  const identities = createIdentities(counts);
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const routes = ports.map((port) => `"nats-route://127.0.0.1:${port}"`).join(", ");
  await using stack = new AsyncDisposableStack();
  const start = async (n: number, folder: string) =>
    startNats({
      folder,
      serverName: `nats-${n}`,
      jetstream: { maxFileStoreGiB: 256 },
      extra: `cluster { name: evenkeel, listen: "127.0.0.1:${ports[n]}", routes: [${routes}] }\n${identities.authorization}`,
    });
  const folders = [];
  for (const _ of ports) folders.push(stack.use(await temporaryFolder({ inMemory: true })).path);
  const connected = async (servers: readonly string[]) => {
    const authenticator = nkeyAuthenticator(new TextEncoder().encode(identities.migrate.seed));
    const nc = await connect({ servers: [...servers], inboxPrefix: "_INBOX_migrate", authenticator });
    return { jsm: await jetstreamManager(nc, { checkAPI: false }), [Symbol.asyncDispose]: () => nc.close() };
  };
  const trial = { name: "TRIAL", subjects: ["trial"], num_replicas: 3 };
  const all = await Promise.all(folders.map((folder, n) => start(n, folder)));
  {
    await using admin = await connected(all.map(({ url }) => url));
    await eventually(() => admin.jsm.streams.add(trial), { timeoutMs: 30_000 });
    await admin.jsm.streams.delete("TRIAL");
  }
  for (const server of all) await server[Symbol.asyncDispose]();

  // All know from before that there are three.
  const two = await Promise.all(folders.slice(0, 2).map((folder, n) => start(n, folder)));
  for (const server of two) stack.use(server);
  const urls = two.map(({ url }) => url);
  const { jsm } = stack.use(await connected(urls));
  const refusal = (): Promise<string> =>
    jsm.streams.add(trial).then(
      () => "made",
      (error: Error) => error.message,
    );
  const words = /^no suitable peers for placement, (peer offline|miscellaneous issue)$/;
  await eventually(async () => words.test(await refusal()), { timeoutMs: 30_000, intervalMs: 100 });

  const migrating = migrateBus(
    { servers: urls, installation: "three", seed: identities.migrate.seed, counts, replicas: 3 },
    silentTelemetry().log,
  );
  migrating.catch(() => {});
  stack.use(await start(2, folders[2] ?? ""));
  const { created } = await migrating;
  expect(created).toContain("LEDGER");
}, 120_000);
