import { EntryKind, LedgerEntry, flows, serviceNames } from "@evenkeel/contracts";
import { recordingTelemetry, silentTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { adminOf } from "../topology/admin.fixture.ts";
import { startTestBus } from "../bus.fixture.ts";
import { BusRefused } from "../bus-errors.ts";
import { migrateBus } from "../topology/migrate.ts";
import { permissionsOf } from "../topology/permissions.ts";
import { streams } from "../topology/streams.ts";

const signal = AbortSignal.timeout(120_000);
const entry = (partition: number, n: number): LedgerEntry =>
  LedgerEntry.fromPartial({ partition, n: BigInt(n), kind: EntryKind.INTENT, epoch: 1n });

test.each([1, 3] as const)(
  "on %i servers, what is purged is of one chain and older than the sequence",
  async (replicas) => {
    await using bus = await startTestBus(replicas);
    const applier = await bus.connect("applier");
    const numbers = async (partition: number): Promise<readonly bigint[]> => {
      const found: bigint[] = [];
      for await (const { fact } of applier.readAll(flows.ledgerEntry, { partition: String(partition) }, 1, signal))
        found.push(fact.n);
      return found;
    };
    const at: number[] = [];
    for (let n = 1; n <= 6; n += 1)
      for (const partition of [0, 1]) at.push((await applier.publish(flows.ledgerEntry, entry(partition, n))).sequence);
    const purge = (sequence: number) => applier.purgeBefore(flows.ledgerEntry, { partition: "0" }, sequence, signal);
    expect(await purge(at[6]!)).toBe(3); // the fourth entry of chain 0
    expect(await numbers(0)).toEqual([4n, 5n, 6n]);
    expect(await numbers(1)).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
    // Late or sent again, it hits nothing that came since.
    await applier.publish(flows.ledgerEntry, entry(0, 7));
    expect(await purge(at[6]!)).toBe(0);
    expect(await numbers(0)).toEqual([4n, 5n, 6n, 7n]);
  },
);

test("a stream is purged by its only writer, and only the ledger and what is desired", () => {
  const may = serviceNames.flatMap((service) =>
    streams
      .filter(({ name }) => permissionsOf(service).publish.includes(`$JS.API.STREAM.PURGE.${name}`))
      .map(({ name }) => `${service} ${name}`),
  );
  expect(may).toEqual(["renderer DESIRED", "applier LEDGER"]);
});

test("a ledger of a version that let nobody purge it is kept as it is, told, and can be written", async () => {
  await using bus = await startTestBus();
  {
    await using admin = await adminOf(bus);
    await admin.jsm.streams.update("LEDGER", { deny_purge: true });
    await expect(admin.jsm.streams.update("LEDGER", { deny_purge: false })).rejects.toThrow(/cancel deny purge/);
  }
  const { servers, installation, counts } = bus.config("applier");
  const telemetry = recordingTelemetry("bus-migrate");
  const config = { servers, installation, counts, seed: bus.identities.migrate.seed };
  expect(await migrateBus(config, telemetry.log)).toEqual({ created: [], updated: [] });
  expect(JSON.stringify(telemetry.logs)).toContain("EVENKEEL_BUS_SIZE");
  expect(await migrateBus({ ...config, size: 2 }, silentTelemetry().log)).toMatchObject({ created: [] });
  const applier = await bus.connect("applier");
  const { sequence } = await applier.publish(flows.ledgerEntry, entry(0, 1));
  await expect(applier.purgeBefore(flows.ledgerEntry, { partition: "0" }, sequence, signal)).rejects.toThrow(
    BusRefused,
  );
});
