import { availableParallelism } from "node:os";

import type { IsolationWay } from "@evenkeel/render";
import { commonConfig, commonSettings, readSettings } from "@evenkeel/service-host";
import type { CommonConfig, Environment } from "@evenkeel/service-host";

/** A program that renders, as it is known before its binary was read. */
export interface ToolConfig {
  readonly path: string;
  /** For people; the digest of the binary is what counts. */
  readonly version: string;
}

export interface RendererConfig {
  /** Without one, what needs it is refused. */
  readonly kustomize: ToolConfig | undefined;
  readonly helm: ToolConfig | undefined;
  /** Whether simple kustomizations are built without the program, which then judges some of them. */
  readonly kustomizeInProcess: boolean;
  /** How tools may be kept off the network; default: every way that this machine has. */
  readonly isolation?: readonly IsolationWay[];
  /** Renders at a time. */
  readonly renders: number;
  /** The list of units that are not yet at a commit is told at most this often. */
  readonly progressMs: number;
}

/** Settings of this service, in its process. */
export const settings = {
  ...commonSettings,
  kustomize: {
    env: "EVENKEEL_KUSTOMIZE",
    type: "path",
    optional: true,
    help: "The standalone kustomize binary; without it kustomizations are refused.",
    example: "/usr/local/bin/kustomize",
  },
  kustomizeVersion: {
    env: "EVENKEEL_KUSTOMIZE_VERSION",
    type: "text",
    default: "unknown",
    help: "Version of the kustomize binary as its package says it (the binary may call itself (devel)).",
    example: "5.8.1",
  },
  kustomizeInProcess: {
    env: "EVENKEEL_KUSTOMIZE_IN_PROCESS",
    type: "choice",
    choices: ["on", "off"],
    default: "on",
    help: "Build simple kustomizations without starting the program; off: it builds every one.",
    example: "off",
  },
  helm: {
    env: "EVENKEEL_HELM",
    type: "path",
    optional: true,
    help: "The helm binary; without it charts are refused.",
    example: "/usr/local/bin/helm",
  },
  helmVersion: {
    env: "EVENKEEL_HELM_VERSION",
    type: "text",
    default: "unknown",
    help: "Version of the helm binary.",
    example: "4.2.1",
  },
  renders: {
    env: "EVENKEEL_RENDERS",
    type: "int",
    optional: true,
    min: 1,
    max: 256,
    help: "Renders at a time; by default two for each core, so that a slow one leaves room.",
    example: "8",
  },
  progressMs: {
    env: "EVENKEEL_PROGRESS_INTERVAL",
    type: "duration",
    default: "250ms",
    min: 10,
    help: "How often at most the list of units that are not yet at a commit is told.",
    example: "250ms",
  },
} as const;

/** Renders at a time where nothing else is said. */
export const defaultRenders = (): number => 2 * availableParallelism();

/** Reads the configuration of the process; throws ConfigInvalid that names all problems. */
export const readConfig = (env: Environment = process.env): CommonConfig & RendererConfig => {
  const values = readSettings(settings, env);
  const tool = (path: string | undefined, version: string): ToolConfig | undefined =>
    path === undefined ? undefined : { path, version };
  return {
    ...commonConfig("renderer", values),
    kustomize: tool(values.kustomize, values.kustomizeVersion),
    helm: tool(values.helm, values.helmVersion),
    kustomizeInProcess: values.kustomizeInProcess === "on",
    renders: values.renders ?? defaultRenders(),
    progressMs: values.progressMs,
  };
};
