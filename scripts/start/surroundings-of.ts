import { resolve } from "node:path";

import type { Surroundings } from "./environment.ts";
import type { StartOptions } from "./options.ts";
import type { SampleRepositories } from "./sample-repositories.ts";

type FromOptions = Omit<Surroundings, "installation" | "natsUrl" | "kubeconfig" | "tools">;

/** With a fleet of one's own: so often it is asked, where nothing else is said. */
const INTERVAL = "10s";

const resolved = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(path));

/** What the command line says of the services' surroundings. */
export const surroundingsOf = (options: StartOptions, sample: SampleRepositories | undefined): FromOptions => {
  const given = {
    fleetRef: options.fleetRef,
    fleetPath: options.fleetPath,
    fleetCredentialsFile: resolved(options.fleetCredentials),
    secretsDir: resolved(options.secretsDir),
    otlpEndpoint: options.otlpEndpoint,
    metricsPort: options.metricsPort,
    allowFileBelow: resolved(options.allowFile) ?? sample?.root,
    gitHosts: options.gitHosts,
    privateGitHosts: options.privateGitHosts,
  };
  const isGiven = ([, value]: readonly [string, unknown]): boolean => value !== undefined;
  return {
    ...(Object.fromEntries(Object.entries(given).filter(isGiven)) as Partial<FromOptions>),
    fleetUrl: options.fleet ?? sample?.fleetUrl ?? "",
    fleetInterval: options.fleetInterval ?? (sample === undefined ? INTERVAL : "1s"),
    allowHttpLoopback: options.allowHttpLoopback,
    grpcPort: options.port,
    logLevel: options.logLevel,
  };
};
