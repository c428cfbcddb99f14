import { startOrder } from "../start/installation.ts";
import { appName, changeOf } from "./bench-fleet.ts";
import type { World } from "./bench-world.ts";
import { busMessages, busWrites, writesBetween } from "./bus-writes.ts";
import { apiRequests } from "./api-requests.ts";
import { cpuSeconds } from "./cpu.ts";
import type { Floor } from "./floor.ts";
import { monotonicMs } from "./observer.ts";
import type { Row } from "./report.ts";

const OBJECTS_PER_APP = 4;

/** CPU seconds so far of each service, the bus and the API server with etcd. */
export const cpuOf = (world: World): Readonly<Record<string, number>> => ({
  ...Object.fromEntries(startOrder.map((name) => [name, cpuSeconds(world.launched.pidOf(name))])),
  "nats-server": cpuSeconds(world.launched.nats.pid),
  "apiserver+etcd": world.cluster.pids().reduce((sum, pid) => sum + cpuSeconds(pid), 0),
});

const difference = (
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]));

/** What one measurement is about. `perSecond`: so many objects the server can take. */
interface Measured {
  readonly name: string;
  readonly revision: string;
  readonly indexes: readonly number[];
  readonly perSecond: number;
}

const MOST_MS = 600_000;

/** Does `act`, which gives the time its push returned (t0), and waits until all apps are live at the revision. */
export const measure = async (
  world: World,
  { name, revision, indexes, perSecond }: Measured,
  floor: Floor,
  act: () => Promise<number>,
): Promise<Row> => {
  const before = {
    cpu: cpuOf(world),
    writes: await busWrites(world.launched.nats.monitorUrl),
    messages: await busMessages(world.launched.nats.monitorUrl),
    api: await apiRequests(world.cluster),
  };
  const live = world.observer.live(revision, indexes.map(appName), MOST_MS);
  const from = await act();
  // The same moment on the wall clock, which spans carry.
  const pushedAt = Date.now() - (monotonicMs() - from);
  const times = [...(await live).values()].map((at) => at - from);
  // What follows the last write (outcome, inventory, proof of Synced) belongs to the cost.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const writes = writesBetween(before.writes, await busWrites(world.launched.nats.monitorUrl));
  const messages = await busMessages(world.launched.nats.monitorUrl);
  return {
    name,
    apps: indexes.length,
    times,
    pushedAt,
    floorMs: ((indexes.length * OBJECTS_PER_APP) / perSecond) * 1000 + floor.lsRemoteMs,
    cpu: difference(before.cpu, cpuOf(world)),
    busWrites: writes,
    busMessages: { in: messages.in - before.messages.in, out: messages.out - before.messages.out },
    api: difference(before.api, await apiRequests(world.cluster)),
  };
};

/** A commit that changes the given apps, pushed and hinted. */
export const measureChange = async (
  world: World,
  name: string,
  revision: string,
  indexes: readonly number[],
  floor: Floor,
): Promise<Row> => {
  await world.repository.commitFiles(
    Object.assign({}, ...indexes.map((index) => changeOf(index, revision))) as Record<string, string>,
    name,
  );
  // One object alone waits for its own round trips, not for the server's rate.
  const perSecond =
    indexes.length === 1 ? OBJECTS_PER_APP / ((floor.applyP50Ms * OBJECTS_PER_APP) / 1000) : floor.changePerSecond;
  return measure(world, { name, revision, indexes, perSecond }, floor, () => world.push("main"));
};
