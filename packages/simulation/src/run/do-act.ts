import type { Act, Fault, Replicated } from "../scenario/scenario.ts";
import type { GitWork } from "../truth/do-work.ts";
import { doWork } from "../truth/do-work.ts";
import { makeCluster } from "../world/world-cluster.ts";
import type { WorldCluster } from "../world/world-cluster.ts";
import { stampedOf } from "../world/seen-objects.ts";
import { addField, deleteLive, editLive, makeNamespace } from "../world/people.ts";
import type { Replica } from "../world/replica.ts";
import type { World } from "../world/world.ts";
import { NAMESPACE } from "../truth/texts.ts";
import type { Remembered } from "./remembered.ts";

/** Does one act to the world; what it came to in words, undefined: there was nothing that it could be done to. */
type Do<A extends Act> = (
  act: A,
  world: World,
  remembered: Remembered,
) => string | undefined | Promise<string | undefined>;

const at = <T>(among: readonly T[], which: number): T => {
  const found = among[which % among.length];
  if (found === undefined) throw new RangeError("the world has none of it");
  return found;
};
const replicaOf = (
  { replicas }: World,
  { service, replica }: { readonly service: Replicated; readonly replica: number },
): Replica =>
  at(
    replicas.filter((each) => each.service === service),
    replica,
  );
const clusterOf = ({ clusters }: World, { cluster }: { readonly cluster: number }): WorldCluster =>
  at(clusters, cluster);
const urlOf = ({ git, places }: World, { repository }: { readonly repository: number }): string =>
  git.urlOf(at(["fleet", ...places.repositories], repository));

/** Objects of ours on a cluster, with the push that is in each. */
const stampsOn = ({ present }: WorldCluster): ReadonlyMap<string, number> =>
  new Map(
    present.store.list("", "configmaps", NAMESPACE).flatMap(({ key, json }) => {
      const stamped = stampedOf(JSON.parse(json));
      return stamped === undefined ? [] : [[key.name, stamped.stamp] as const];
    }),
  );

const streamOf = ({ bus }: World, { stream }: { readonly stream: number }): string => at(bus.streams, stream);
/** Streams that refuse what is new once they are full. */
const refusing = ["COMMITS", "RENDERS", "DESIRED"] as const;

/** Ends by itself after so long, and at the latest when the faults stop. */
const forMs = ({ time }: World, remembered: Remembered, ms: number, undo: () => void): void => {
  let isOver = false;
  const end = (): void => {
    if (!isOver) undo();
    isOver = true;
    remembered.undo.delete(end);
  };
  remembered.undo.add(end);
  time.after(ms, end);
};

const faults: { readonly [K in Fault["kind"]]: Do<Extract<Fault, { readonly kind: K }>> } = {
  kill: (act, world) => {
    const { process } = replicaOf(world, act);
    process.kill();
    return process.name;
  },
  "kill-at": (act, world) => {
    const { process } = replicaOf(world, act);
    process.armKill(act.call, act.moment);
    return `${process.name} ${act.moment} its step ${act.call}`;
  },
  stop: (act, world, remembered) => {
    const { process } = replicaOf(world, act);
    process.stop();
    forMs(world, remembered, act.forMs, () => process.goOn());
    return `${process.name} for ${act.forMs} ms`;
  },
  cut: (act, world, remembered) => {
    const { process } = replicaOf(world, act);
    const wires = world.wiresOf(process);
    if (wires === undefined) return undefined;
    const cut = act.from === "clusters" ? [...wires.clusters.values()] : [wires[act.from]];
    for (const wire of cut) wire.set(act.way, "held");
    forMs(world, remembered, act.forMs, () => cut.forEach((wire) => wire.set(act.way, "open")));
    return `${process.name} from ${act.from}, ${act.way}, for ${act.forMs} ms`;
  },
  "clock-jump": (act, world) => {
    const { process } = replicaOf(world, act);
    process.jump(act.byMs);
    return `${process.name} by ${act.byMs} ms`;
  },
  "clock-rate": (act, world, remembered) => {
    const { process } = replicaOf(world, act);
    process.setRate(act.rate);
    forMs(world, remembered, act.forMs, () => process.setRate(1));
    return `${process.name} at ${act.rate} for ${act.forMs} ms`;
  },
  "bus-restart": (act, world, remembered) => {
    const end = world.bus.goDown();
    forMs(world, remembered, act.downMs, end);
    return `down for ${act.downMs} ms`;
  },
  "bus-leaderless": (act, world, remembered) => {
    if (world.busServers === 1) return undefined;
    const stream = streamOf(world, act);
    world.bus.server.stepDown(stream, act.how);
    forMs(world, remembered, act.forMs, () => world.bus.server.elect(stream));
    return `${stream}, ${act.how}, for ${act.forMs} ms`;
  },
  "bus-answers-lost": (act, world) => {
    const stream = streamOf(world, act);
    world.bus.server.loseAnswers(stream, act.count);
    return `${act.count} of ${stream}`;
  },
  "bus-past-read": (act, world, remembered) => {
    if (world.busServers === 1) return undefined;
    const stream = streamOf(world, act);
    world.bus.server.answerFromThePast(stream);
    forMs(world, remembered, act.forMs, () => world.bus.server.elect(stream));
    return `${stream} for ${act.forMs} ms`;
  },
  "bus-full": (act, world, remembered) => {
    const stream = at(refusing, act.stream);
    world.bus.server.fill(stream);
    forMs(world, remembered, act.forMs, () => world.bus.server.free(stream));
    return `${stream} for ${act.forMs} ms`;
  },
  "bus-tail-lost": (act, world) => {
    if (world.busServers > 1) return undefined; // three servers lose nothing that was acknowledged
    world.bus.loseTail(act.messages);
    return `${act.messages} messages of each stream that is not synced`;
  },
  "cluster-down": (act, world, remembered) => {
    const cluster = clusterOf(world, act);
    cluster.isUp = false;
    forMs(world, remembered, act.forMs, () => void (cluster.isUp = true));
    return `${cluster.name} for ${act.forMs} ms`;
  },
  "cluster-restored": (act, world, remembered) => {
    const cluster = clusterOf(world, act);
    const backup = remembered.clusterBackups.get(cluster.name);
    if (backup === undefined || backup.of !== cluster.present) return undefined;
    cluster.trouble.endWatches();
    cluster.present.store.restore?.(backup.snapshot);
    world.live.get(cluster.name)?.restart(world.time.nowMs(), stampsOn(cluster));
    return cluster.name;
  },
  "cluster-anew": async (act, world, remembered) => {
    const cluster = clusterOf(world, act);
    remembered.made += 1;
    cluster.replace(makeCluster(cluster.name, 7_000 + remembered.made, world.own.machine.clock));
    world.live.get(cluster.name)?.restart(world.time.nowMs(), new Map());
    for (const name of [NAMESPACE, "evenkeel-system"]) await makeNamespace(cluster, name);
    return cluster.name;
  },
  "cluster-errors": (act, world, remembered) => {
    const cluster = clusterOf(world, act);
    cluster.trouble.errors = { share: act.share, moment: act.moment };
    forMs(world, remembered, act.forMs, () => void (cluster.trouble.errors = undefined));
    return `${cluster.name}: ${(100 * act.share).toFixed(0)} % ${act.moment} the effect for ${act.forMs} ms`;
  },
  "old-view": (act, world, remembered) => {
    const cluster = clusterOf(world, act);
    cluster.trouble.showOld(cluster.present);
    forMs(world, remembered, act.forMs, () => cluster.trouble.showOld(undefined));
    return `${cluster.name} for ${act.forMs} ms`;
  },
  "event-hidden": (act, world) => {
    const cluster = clusterOf(world, act);
    cluster.trouble.hidden += act.count;
    return `${act.count} of ${cluster.name}`;
  },
  "watch-ended": (act, world) => {
    const cluster = clusterOf(world, act);
    cluster.trouble.endWatches();
    return cluster.name;
  },
  "git-down": (act, world, remembered) => {
    const url = urlOf(world, act);
    const fault = world.git.hosts.fault({ kind: "unreachable" }, { url });
    forMs(world, remembered, act.forMs, () => fault[Symbol.dispose]());
    return `${url} for ${act.forMs} ms`;
  },
  "git-lagging": (act, world, remembered) => {
    const url = urlOf(world, act);
    const fault = world.git.hosts.fault({ kind: "lagging" }, { url, chance: 0.5 });
    forMs(world, remembered, act.forMs, () => fault[Symbol.dispose]());
    return `${url} for ${act.forMs} ms`;
  },
};

const byHand = {
  "edit-live": editLive,
  "foreign-field": addField,
  "delete-live": deleteLive,
} as const;

export const doAct = async (act: Act, world: World, remembered: Remembered): Promise<string | undefined> => {
  if (act.kind in faults) return (faults[act.kind as Fault["kind"]] as Do<Act>)(act, world, remembered);
  if (act.kind === "edit-live" || act.kind === "foreign-field" || act.kind === "delete-live") {
    const cluster = clusterOf(world, act);
    const name = await byHand[act.kind](cluster, act.object);
    return name === undefined ? undefined : `${name} on ${cluster.name}`;
  }
  if (act.kind === "hint") return undefined;
  const pushed = doWork(act as GitWork, world.places);
  return pushed === undefined ? undefined : `push ${pushed.order} of ${pushed.repository}: ${pushed.id.slice(0, 8)}`;
};
