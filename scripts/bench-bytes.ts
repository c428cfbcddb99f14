// `npm run bench:bytes`: what an apply leaves on the bus, in bytes of each stream and bucket, for a unit of 10 and one of 100
// objects, over 1, 10 and 100 applies; on a real kube-apiserver and nats-server, every service a process of its own.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { StatusServiceDefinition, Sync } from "@evenkeel/contracts";
import { initCheckout } from "@evenkeel/git";
import { listContexts } from "@evenkeel/kube";
import { describePrograms, ensurePrograms } from "@evenkeel/programs";
import { eventually, startControlPlane, startGitServer, temporaryFolder } from "@evenkeel/testing";
import { createChannel, createClientFactory } from "nice-grpc";

import { bytesFleet, unitFiles } from "./bench/bytes-fleet.ts";
import { busBytes, bytesBetween, formatBytes } from "./bench/bus-bytes.ts";
import type { BytesRow } from "./bench/bus-bytes.ts";
import { launchProcesses } from "./start/launch-processes.ts";
import { postWebhook } from "./start/post-webhook.ts";
import { createScreen } from "./start/screen.ts";

const sizes = [10, 100] as const;
const rounds = [1, 10, 100] as const;
/** No stream has grown for so long: what follows an apply by a while, such as health, is there. */
const QUIET_MS = 3_000;

const programs = await ensurePrograms(["git", "nats-server", "kustomize", "helm", "etcd", "kube-apiserver"]);
const screen = createScreen();
const abort = new AbortController();
process.once("SIGINT", () => abort.abort());
await using stack = new AsyncDisposableStack();
const { path: dir } = stack.use(await temporaryFolder());
const cluster = stack.use(await startControlPlane());
const git = stack.use(await startGitServer());
const committer = { name: "Bench", email: "bench@example.org" };
const make = async (name: string) => {
  const { path } = await git.create(name);
  return initCheckout(join(dir, "work", name), { branch: "main", origin: path, committer });
};
await mkdir(dir, { recursive: true });
const [fleet, repository] = [await make("fleet"), await make("bench")];
const { current = "" } = listContexts(await readFile(cluster.kubeconfigPath, "utf8"));
await fleet.commitFiles(bytesFleet({ url: `${git.url}/bench.git`, context: current, sizes }), "fleet");
await fleet.push("main");
const filesAt = (size: number, value: string): Readonly<Record<string, string>> => unitFiles(size, value);
const first = Object.assign({}, ...sizes.map((size) => filesAt(size, "0"))) as Record<string, string>;
let revision = await repository.commitFiles(first, "first");
await repository.push("main");

const kubeconfig = cluster.kubeconfigPath;
const options = { dir: join(dir, "state"), kubeconfig, fleetUrl: `${git.url}/fleet.git` };
const launched = stack.use(await launchProcesses(options, abort.signal));
const channel = createChannel(launched.statusAddress);
stack.defer(() => channel.close());
const status = createClientFactory().create(StatusServiceDefinition, channel);
const isSynced = (size: number): Promise<unknown> =>
  eventually(
    async () => {
      const { unit } = await status.getUnit({ cluster: "local", app: `of-${size}` });
      return unit?.sync === Sync.SYNCED && unit.revision === revision;
    },
    { timeoutMs: 120_000 },
  );
const settled = async (): Promise<Awaited<ReturnType<typeof busBytes>>> => {
  for (let last = await busBytes(launched.nats.monitorUrl); ;) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const now = await busBytes(launched.nats.monitorUrl);
    if (bytesBetween(last, now).every(({ messages }) => messages === 0)) return now;
    last = now;
  }
};

const opening = screen.begin("first apply of all units");
for (const size of sizes) await isSynced(size);
opening();
const rows: BytesRow[] = [];
let value = 0;
for (const size of sizes)
  for (const applies of rounds) {
    const done = screen.begin(`${applies} applies of ${size} objects`);
    const before = await settled();
    for (let n = 0; n < applies; n += 1) {
      value += 1;
      revision = await repository.commitFiles(filesAt(size, String(value)), `change ${value}`);
      await repository.push("main");
      await postWebhook(launched.webhookUrl, "bench", launched.webhookSecret);
      await isSynced(size);
    }
    rows.push({ size, applies, stores: bytesBetween(before, await settled()) });
    done();
  }
process.stdout.write(`\n${describePrograms(programs)}\n\n${formatBytes(rows)}\n`);
