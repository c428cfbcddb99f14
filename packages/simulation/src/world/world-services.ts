import { runApplier } from "@evenkeel/applier";
import type { Bus } from "@evenkeel/bus";
import { runDriftDetector } from "@evenkeel/drift-detector";
import type { OpenGit } from "@evenkeel/git";
import type { OpenCluster } from "@evenkeel/kube";
import { inProcessHost, readOnce } from "@evenkeel/render";
import { runRenderer } from "@evenkeel/renderer";
import { runSourceWatcher } from "@evenkeel/source-watcher";
import { queriesInProcess, runStatusApi } from "@evenkeel/status-api";
import type { QueriesInProcess } from "@evenkeel/status-api";
import type { Telemetry } from "@evenkeel/telemetry";

import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { Replicated } from "../scenario/scenario.ts";

/** What one incarnation of a service is given of the world. */
export interface GivenByWorld {
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  readonly process: SimulatedProcess;
  readonly openGit: OpenGit;
  readonly openCluster: OpenCluster;
  readonly fleetUrl: string;
  /** A status-api's queries are asked here from then on. */
  readonly onServing: (client: QueriesInProcess["client"]) => void;
}

const RECORD_KEY = Buffer.alloc(32, 7).toString("base64");
const connections = { kubeconfigPath: undefined, secretsDir: undefined, inCluster: undefined };

/** Each text of any world is read once. */
const parser = readOnce();

/** How each service is run: its own `run`, with every port given. */
export const worldServices: Readonly<Record<Replicated, (given: GivenByWorld, signal: AbortSignal) => Promise<void>>> =
  {
    "source-watcher": ({ openGit, fleetUrl, ...given }, signal) =>
      runSourceWatcher(
        {
          fleet: {
            url: fleetUrl,
            ref: "main",
            path: ".",
            intervalMs: 10_000,
            credentialsFile: undefined,
            acceptedTip: undefined,
            webhook: undefined,
            localCluster: false,
          },
          gitHosts: [],
          privateHosts: [],
          allowHttpLoopback: false,
          allowFileBelow: undefined,
          storeDir: "/store",
          secretsDir: undefined,
          sourceQuotaBytes: 64 * 1024 ** 2,
          webhookHost: "127.0.0.1",
          webhookPort: undefined,
        },
        { ...baseOf(given), git: openGit, disk: noDisk },
        signal,
      ),
    renderer: (given, signal) =>
      runRenderer(
        { kustomize: undefined, helm: undefined, kustomizeInProcess: true, renders: 2, progressMs: 1_000 },
        { ...baseOf(given), openHost: async (_config, lent) => inProcessHost({ ...lent, tools: {}, parser }) },
        signal,
      ),
    "drift-detector": ({ openCluster, ...given }, signal) =>
      runDriftDetector(
        { connections, recordKey: RECORD_KEY, compareMs: 30_000 },
        { ...baseOf(given), openCluster },
        signal,
      ),
    applier: ({ openCluster, ...given }, signal) =>
      runApplier({ connections, recordKey: RECORD_KEY }, { ...baseOf(given), openCluster }, signal),
    "status-api": ({ onServing, ...given }, signal) => {
      const { serve, client } = queriesInProcess();
      onServing(client);
      return runStatusApi({ listen: { host: "127.0.0.1", port: 0 } }, { ...baseOf(given), serve }, signal);
    },
  };

const baseOf = ({ bus, telemetry, process }: Pick<GivenByWorld, "bus" | "telemetry" | "process">) => ({
  bus,
  telemetry,
  ...process.machine,
});

const noDisk = {
  readFile: (path: string) => Promise.reject(new Error(`ENOENT: no such file or directory, open '${path}'`)),
  isDirectory: () => Promise.resolve(false),
};
