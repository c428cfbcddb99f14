// `npm run bench`: the way of a commit, from push to the last object live, on a real kube-apiserver, with every service as a
// process of its own and an observer outside. `npm run bench -- --apps 100 --edits 20` for a small one; --json FILE keeps the rows.
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import type { RunningService } from "@evenkeel/contracts";
import { describePrograms, ensurePrograms } from "@evenkeel/programs";
import { startOtlpRecorder, temporaryFolder } from "@evenkeel/testing";

import { openWorld } from "./bench/bench-world.ts";
import { pssMiB } from "./bench/cpu.ts";
import { measureFloor } from "./bench/floor.ts";
import { measure, measureChange } from "./bench/measure.ts";
import { measureDrift } from "./bench/measure-drift.ts";
import { formatProfile } from "./bench/profile.ts";
import { formatReport } from "./bench/report.ts";
import type { Row } from "./bench/report.ts";
import { startOrder } from "./start/installation.ts";
import { createScreen } from "./start/screen.ts";

const { values } = parseArgs({
  options: {
    apps: { type: "string" },
    edits: { type: "string" },
    json: { type: "string" },
    keep: { type: "boolean" },
    profile: { type: "boolean" },
    "cpu-prof": { type: "string" },
    kustomize: { type: "string", default: "in-process" },
    help: { type: "boolean" },
  },
});
if (values.help === true) {
  process.stdout.write(
    [
      "npm run bench -- [--apps N=1000] [--edits N=60] [--json FILE] [--keep: leave the state folder]",
      "  [--kustomize=in-process: simple kustomizations without the program | program: all with it]",
      "  [--profile: where the time goes, from traces, at some cost]",
      "  [--cpu-prof DIR: a .cpuprofile of each service there, at some cost]\n",
    ].join("\n"),
  );
  process.exit(0);
}
if (values.kustomize !== "in-process" && values.kustomize !== "program") {
  process.stderr.write(`--kustomize is "${values.kustomize}": write in-process or program\n`);
  process.exit(2);
}
const kustomize: "in-process" | "program" = values.kustomize;
const apps = Number(values.apps ?? "1000");
const edits = Number(values.edits ?? "60");
const screen = createScreen();
const range = (count: number): readonly number[] => Array.from({ length: count }, (_unused, index) => index);

const programs = await ensurePrograms(["git", "nats-server", "kustomize", "helm", "etcd", "kube-apiserver"]);
await using stack = new AsyncDisposableStack();
const folder = await temporaryFolder();
if (values.keep === true) screen.say(`state: ${folder.path}`);
else stack.use(folder);
const abort = new AbortController();
process.once("SIGINT", () => abort.abort());

screen.heading(`bench: ${apps} apps of 4 objects behind a kustomization each, 50 namespaces`);
const recorder = values.profile === true ? stack.use(await startOtlpRecorder()) : undefined;
const profiled = async (name: RunningService): Promise<Readonly<Record<string, string>>> => {
  if (values["cpu-prof"] === undefined) return {};
  const dir = join(resolve(values["cpu-prof"]), name);
  await mkdir(dir, { recursive: true });
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${dir}` };
};
const extra = Object.fromEntries(
  await Promise.all(
    startOrder.map(
      async (name) =>
        [
          name,
          {
            ...(await profiled(name)),
            ...(name === "renderer" ? { EVENKEEL_KUSTOMIZE_IN_PROCESS: kustomize === "program" ? "off" : "on" } : {}),
          },
        ] as const,
    ),
  ),
);
const opening = screen.begin("API server, Git, bus and services");
const world = stack.use(await openWorld(folder.path, apps, { otlpEndpoint: recorder?.endpoint, extra }, abort.signal));
opening();
const calibrating = screen.begin("the machine's floor, before");
const before = await measureFloor(world.cluster, folder.path, world.gitUrl, "1");
calibrating();

const rows: Row[] = [];
const profiles: string[] = [];
const step = async (text: string, run: () => Promise<Row>): Promise<void> => {
  const done = screen.begin(text);
  const earlier = recorder?.spans().length ?? 0;
  const row = await run();
  rows.push(row);
  if (recorder !== undefined) profiles.push(formatProfile(text, recorder.spans().slice(earlier), row.pushedAt));
  done(`${text}: last object live after ${(Math.max(...row.times) / 1000).toFixed(3)} s`);
};
await step(`first install of ${apps}`, () =>
  measure(
    world,
    { name: `first install of ${apps}`, revision: "0", indexes: range(apps), perSecond: before.createPerSecond },
    before,
    () => world.declareApps(),
  ),
);
for (const round of range(5)) {
  await step(`change 1 of ${apps} (${round + 1})`, () =>
    measureChange(world, `1 of ${apps} (${round + 1})`, `one-${round}`, [(round * 131) % apps], before),
  );
}
if (apps > 100)
  await step(`change 100 of ${apps}`, () => measureChange(world, `100 of ${apps}`, "hundred", range(100), before));
await step(`change all ${apps}`, () => measureChange(world, `all ${apps}`, "all", range(apps), before));

const drifting = screen.begin(`${edits} edits at 1/s`);
const drift = edits > 0 ? await measureDrift(world, apps, edits) : undefined;
drifting();
const memory = Object.fromEntries([
  ...startOrder.map((name) => [name, pssMiB(world.launched.pidOf(name))] as const),
  ["nats-server", pssMiB(world.launched.nats.pid)] as const,
]);
const again = screen.begin("the machine's floor, after");
const after = await measureFloor(world.cluster, folder.path, world.gitUrl, "2");
again();

const report = { versions: describePrograms(programs), kustomize, rows, before, after, drift, memory };
process.stdout.write(`\n${formatReport(report)}\n`);
for (const profile of profiles) process.stdout.write(`\n${profile}\n`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
