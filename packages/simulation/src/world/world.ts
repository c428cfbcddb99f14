import { appUid } from "@evenkeel/declarations";
import { FLEET_SOURCE, LedgerEntry, partitionOf, Tip } from "@evenkeel/contracts";
import { GitDisk } from "@evenkeel/simulated-git";

import { createAccepted } from "../oracles/accepted.ts";
import type { Accepted } from "../oracles/accepted.ts";
import { createAuditJudge } from "../oracles/judge-audit.ts";
import { createLiveHistory } from "../oracles/live-history.ts";
import type { LiveHistory } from "../oracles/live-history.ts";
import { createTipJudge } from "../oracles/judge-tips.ts";
import { createWriteJudge } from "../oracles/judge-writes.ts";
import type { Violation } from "../oracles/violation.ts";
import { createProcess } from "../process/simulated-process.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import { createWire } from "../process/wire.ts";
import type { Wire } from "../process/wire.ts";
import { replicated } from "../scenario/scenario.ts";
import type { Replicated, WorldPlan } from "../scenario/scenario.ts";
import { seeded } from "../time/seeded.ts";
import { createVirtualTime } from "../time/virtual-time.ts";
import type { VirtualTime } from "../time/virtual-time.ts";
import { appsOf } from "../truth/desired.ts";
import { doWork, FLEET } from "../truth/do-work.ts";
import type { Places } from "../truth/do-work.ts";
import { createHistory } from "../truth/history.ts";
import { clusterText, NAMESPACE, repositoryText } from "../truth/texts.ts";
import { makeNamespace } from "./people.ts";
import { startReplica } from "./replica.ts";
import type { Replica } from "./replica.ts";
import { seenWrite } from "./seen-objects.ts";
import { createStory } from "./story.ts";
import type { Story } from "./story.ts";
import { COUNTS, INSTALLATION, openWorldBus } from "./world-bus.ts";
import type { BusBeginning, WorldBus } from "./world-bus.ts";
import { makeCluster, openWorldCluster } from "./world-cluster.ts";
import type { WorldCluster } from "./world-cluster.ts";
import { newMessagesOf } from "./new-messages.ts";
import { openWorldGit } from "./world-git.ts";
import type { WorldGit } from "./world-git.ts";
import { tellingTelemetry } from "./telling-telemetry.ts";
import { watchStatus } from "./watch-status.ts";
import { worldServices } from "./world-services.ts";
import type { GivenByWorld } from "./world-services.ts";

/** The wires of one process. */
export interface Wires {
  readonly bus: Wire;
  readonly git: Wire;
  /** By name. */
  readonly clusters: ReadonlyMap<string, Wire>;
}

/** What is judged beside what always is. */
export interface Judged {
  /** What status-apis show: apart, as what it finds is not all mended yet. */
  readonly judgesStatus: boolean;
}

/** A whole installation with what it works on, in simulated time. */
export interface World {
  readonly time: VirtualTime;
  readonly busServers: WorldPlan["busServers"];
  readonly own: SimulatedProcess;
  readonly story: Story;
  readonly violations: Violation[];
  readonly accepted: Accepted;
  /** By cluster. */
  readonly live: ReadonlyMap<string, LiveHistory>;
  readonly places: Places;
  readonly git: WorldGit;
  readonly bus: WorldBus;
  readonly clusters: readonly WorldCluster[];
  readonly replicas: readonly Replica[];
  /** How often each message was logged, by service. */
  readonly said: ReadonlyMap<string, number>;
  readonly wiresOf: (process: SimulatedProcess) => Wires | undefined;
  /** Queries of each status-api that runs, by instance. */
  readonly queries: ReadonlyMap<string, Parameters<GivenByWorld["onServing"]>[0]>;
  /** Lets the next event happen, and judges what came of it; false: nothing happens until then. */
  step(untilMs: number): Promise<boolean>;
}

const numbered = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${letter}${n}`);

/** To be called with virtual globals. */
export const openWorld = async (
  seed: number,
  plan: WorldPlan,
  beginning: BusBeginning,
  { judgesStatus }: Judged,
): Promise<World> => {
  const chance = seeded(seed).fork("world");
  const time = createVirtualTime(chance.fork("order"));
  const own = createProcess("world", time, chance.fork("own"));
  const story = createStory();
  const violations: Violation[] = [];
  const tell = (invariant: string, what: string): void => {
    violations.push({ invariant, what, atMs: time.nowMs() });
    story.tell(time.nowMs(), "VIOLATION", `${invariant}: ${what}`);
  };

  const repositories = numbered("r", plan.repositories);
  const git = openWorldGit(own, [FLEET, ...repositories]);
  const history = createHistory(git.host);
  const accepted = createAccepted(history);
  const clusters = numbered("c", plan.clusters).map((name, n) =>
    openWorldCluster(name, makeCluster(name, seed * 16 + n, own.machine.clock), chance.fork(name)),
  );
  const places: Places = {
    history,
    repositories,
    clusters: clusters.map(({ name }) => name),
    now: () => own.machine.clock.now(),
    accepted: (repository) => accepted.revisionOf(repository),
  };
  await own.run(async () => {
    for (const cluster of clusters)
      for (const name of [NAMESPACE, "evenkeel-system"]) await makeNamespace(cluster, name);
  });
  own.run(() => {
    for (const name of repositories) history.push(name, { "README.md": name }, "begin");
    history.push(
      FLEET,
      {
        "clusters.yaml": clusters.map(({ name }) => clusterText(name)).join("---\n"),
        "repositories.yaml": repositories.map((name) => repositoryText(name, git.urlOf(name))).join("---\n"),
      },
      "begin",
    );
    for (let n = 0; n < plan.applications; n++) doWork({ kind: "add-app", repository: n }, places);
  });

  /** None of an application that was renamed: its unit went to another partition, whose terms are its own. */
  const partitionOfUid = (cluster: string, uid: string): number | undefined => {
    const app = appsOf(history.tip(FLEET)?.files ?? new Map()).find(({ id }) => appUid(INSTALLATION, id) === uid);
    return app === undefined || app.name !== app.id ? undefined : partitionOf(cluster, app.name, COUNTS);
  };
  const judgeWrite = createWriteJudge(
    { partitionOf: partitionOfUid, mayBeGone: (write) => accepted.mayBeGone(write) },
    tell,
  );
  const isAgreed = (source: string, _from: string, to: string): boolean =>
    [...(history.tip(FLEET)?.files ?? [])].some(
      ([path, text]) =>
        path.startsWith("overrides/") && text.includes(`repository: ${source},`) && text.includes(`to: ${to}`),
    );
  const judgeAudit = createAuditJudge(tell);
  const judgeTip = createTipJudge(history, isAgreed, tell);
  const live = new Map(clusters.map(({ name }) => [name, createLiveHistory()]));
  for (const cluster of clusters) {
    cluster.onWrite((event, by) => {
      const write = seenWrite(cluster.name, event, by);
      if (write === undefined) return;
      story.tell(
        time.nowMs(),
        by ?? "people",
        `${write.type} ${write.name} on ${cluster.name}: ${JSON.stringify(write.after ?? {})}`,
      );
      live.get(cluster.name)?.saw(time.nowMs(), write);
      judgeWrite(write);
      judgeAudit.onWrite(write);
      if (by !== undefined) accepted.written(write);
    });
  }

  const bus = openWorldBus(beginning, plan.busServers, time, own, (error) => tell("simulation", String(error)));
  const wires = new Map<string, Wires>();
  const queries = new Map<string, Parameters<GivenByWorld["onServing"]>[0]>();
  const disks = new Map<string, GitDisk>();
  const said = new Map<string, number>();
  const work = async (
    { service, instance }: Pick<Replica, "service" | "instance">,
    process: SimulatedProcess,
  ): Promise<void> => {
    const wireChance = chance.fork(`wires of ${process.name}`);
    const wire = (to: string): Wire => createWire(process, time, wireChance.fork(to));
    const own: Wires = {
      bus: wire("bus"),
      git: wire("git"),
      clusters: new Map(clusters.map(({ name }) => [name, wire(name)])),
    };
    wires.set(process.name, own);
    process.killed.addEventListener("abort", () => void wires.delete(process.name));
    bus.attach(process, own.bus);
    git.attach(process, own.git);
    const disk = disks.get(instance) ?? new GitDisk();
    disks.set(instance, disk);
    const telemetry = tellingTelemetry(service, said, (what) => story.tell(time.nowMs(), process.name, what));
    await using connected = await bus.connect(service, instance, process, telemetry);
    await worldServices[service](
      {
        bus: connected,
        telemetry,
        process,
        openGit: git.openGit(process, disk),
        openCluster: async (connection) => {
          const name = "context" in connection ? connection.context : "";
          const [cluster, to] = [clusters.find((each) => each.name === name), own.clusters.get(name)];
          if (cluster === undefined || to === undefined) throw new Error(`no context ${name}`);
          return cluster.transportFor(process, to);
        },
        fleetUrl: git.urlOf(FLEET),
        onServing: (client) => void queries.set(instance, client),
      },
      new AbortController().signal,
    );
  };
  const onEnd = (process: SimulatedProcess, error: unknown): void =>
    story.tell(
      time.nowMs(),
      process.name,
      `ended by itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  const replicas = replicated.flatMap((service: Replicated) =>
    Array.from({ length: plan.replicas[service] }, (_, n) => startReplica(service, n, { time, chance, work, onEnd })),
  );

  const clients = () =>
    replicas.flatMap(({ instance, process }) => (process.state === "running" ? (queries.get(instance) ?? []) : []));
  if (judgesStatus) watchStatus({ time, history, live, clients }, tell);
  const [newTips, newEntries] = [
    newMessagesOf(bus.server, "KV_tips", "$KV.tips.src.*"),
    newMessagesOf(bus.server, "LEDGER"),
  ];
  const readBus = (): void => {
    for (const { body } of newEntries()) judgeAudit.onEntry(LedgerEntry.decode(body));
    for (const { body } of newTips()) {
      const { revision, seq, ...tip } = Tip.decode(body);
      const source = tip.source === FLEET_SOURCE ? FLEET : tip.source;
      const push = history.commit(revision)?.order;
      story.tell(time.nowMs(), "bus", `${source} is at ${revision.slice(0, 8)} (push ${push}), seq ${seq}`);
      judgeTip({ source, revision, seq: Number(seq) });
      accepted.take(source, revision);
    }
  };
  return {
    time,
    busServers: plan.busServers,
    own,
    story,
    violations,
    accepted,
    live,
    places,
    git,
    bus,
    clusters,
    replicas,
    said,
    wiresOf: (process) => wires.get(process.name),
    queries,
    step: async (untilMs) => {
      const isMore = await time.step(untilMs);
      readBus();
      return isMore;
    },
  };
};
