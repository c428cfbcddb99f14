import { parseArgs } from "node:util";

import { parseDurationMs } from "@evenkeel/declarations";

const logLevels = ["debug", "info", "warn", "error"] as const;

/** What `npm start` was asked for. */
export interface StartOptions {
  /** `on`: walk through, then stay. `exit`: walk through, then stop with the verdict. `off`: only run. */
  readonly tour: "on" | "exit" | "off";
  /** Undefined: a demo's state is new each time, that of your clusters is kept in `.evenkeel/`. */
  readonly dataDir: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly fleet: string | undefined;
  readonly fleetRef: string | undefined;
  readonly fleetPath: string | undefined;
  readonly fleetInterval: string | undefined;
  readonly fleetCredentials: string | undefined;
  readonly secretsDir: string | undefined;
  readonly otlpEndpoint: string | undefined;
  readonly metricsPort: number | undefined;
  readonly webhookPort: number | undefined;
  readonly takeOver: string | undefined;
  readonly port: number;
  readonly logLevel: (typeof logLevels)[number];
  readonly allowHttpLoopback: boolean;
  readonly allowFile: string | undefined;
  readonly gitHosts: string | undefined;
  readonly privateGitHosts: string | undefined;
}

export const help = `evenkeel: all services in one process

  npm start                                     three embedded clusters, a sample fleet, the guided tour; removed on Ctrl-C
  npm start -- --tour=exit                      the tour unattended; exit 0 only if every step really happened
  npm start -- --data DIR                       the same, with state that is kept for the next start
  npm start -- --kubeconfig FILE                the tour on the cluster of its current context (namespace evenkeel-tour)
  npm start -- --fleet URL --kubeconfig FILE    your own fleet repository on your own clusters; no tour

  --tour=on|exit|off     default: on with the sample fleet, off with --fleet
  --data DIR             keep state in DIR: keys, bus store, repositories, embedded clusters. Without it the embedded
                         demo lives in .evenkeel/demo until it stops, and the state of your own clusters in .evenkeel/
  --kubeconfig FILE      its contexts are what Cluster.spec.connection.context names (embedded: staging, prod-eu, prod-us)
  --fleet URL            fleet repository; --fleet-ref REF for a branch other than the remote's HEAD,
                         --fleet-path DIR for a folder of it, --fleet-interval 10s for how often it is asked (default 10s)
  --fleet-credentials F  file with username:password or a token; or a folder with username and password, bearerToken, or
                         identity and known_hosts, and ca.crt
  --secrets DIR          referenced secrets {name, key} are the files DIR/NAME/KEY (default DATA/secrets)
  --webhook-port N       push events are taken on 127.0.0.1:N/hooks/REPOSITORY (default: any free port); npx evenkeel
                         reconcile sends one, so that a change need not wait for the next poll
  --allow-http-loopback  Git over plain http to this machine; --allow-file DIR: Git from directories below DIR
  --git-hosts LIST       Git hosts beside the fleet's own, separated by commas; --private-git-hosts LIST: those that
                         may resolve to a private address
  --take-over ID         go on as that installation, when the state was lost but its objects are in the cluster
  --port N               gRPC status service on 127.0.0.1 (default 7443; 0: any free port)
  --otlp URL             traces go to this OTLP/HTTP collector, such as http://127.0.0.1:4318
  --metrics-port N       Prometheus metrics of the five services on 127.0.0.1, ports N to N+4, each at /metrics
  --log-level LEVEL      of the services' JSON logs, written to DIR/logs (default info)

  EVENKEEL_ANCHORED_EPOCH=N  (environment) where a unit names it: a bus that is made anew gives out epochs above N
`;

/** Reads the command line. Throws UsageError. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const readOptions = (argv: readonly string[]): StartOptions | "help" => {
  const { values } = parse(argv);
  if (values.help === true) return "help";
  const tour = values.tour ?? (values.fleet === undefined ? "on" : "off");
  if (tour !== "on" && tour !== "exit" && tour !== "off")
    throw new UsageError(`--tour=${tour}: expected on, exit or off`);
  if (tour !== "off" && values.fleet !== undefined) {
    throw new UsageError("--tour needs the sample fleet: leave --fleet out, or pass --tour=off");
  }
  const port = portOf("--port", values.port ?? "7443", 0);
  const otlp = values.otlp;
  if (otlp !== undefined && !(URL.canParse(otlp) && /^https?:$/.test(new URL(otlp).protocol)))
    throw new UsageError(`--otlp ${otlp}: expected a URL, such as http://127.0.0.1:4318`);
  const interval = values["fleet-interval"];
  if (interval !== undefined && (parseDurationMs(interval) ?? 0) < 1000)
    throw new UsageError(`--fleet-interval ${interval}: expected a duration of a second or more, such as 10s`);
  const level = values["log-level"] ?? "info";
  const logLevel = logLevels.find((name) => name === level);
  if (logLevel === undefined) throw new UsageError(`--log-level ${level}: expected ${logLevels.join(", ")}`);
  const takeOver = values["take-over"];
  // An installation's id is part of names on the clusters.
  if (takeOver !== undefined && !/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(takeOver))
    throw new UsageError(`--take-over ${takeOver}: expected an installation id, such as ek0f52fa7e`);
  return {
    tour,
    dataDir: values.data,
    kubeconfig: values.kubeconfig,
    fleet: values.fleet,
    fleetRef: values["fleet-ref"],
    fleetPath: values["fleet-path"],
    fleetInterval: interval,
    fleetCredentials: values["fleet-credentials"],
    secretsDir: values.secrets,
    otlpEndpoint: otlp,
    metricsPort: values["metrics-port"] === undefined ? undefined : portOf("--metrics-port", values["metrics-port"], 1),
    webhookPort: values["webhook-port"] === undefined ? undefined : portOf("--webhook-port", values["webhook-port"], 1),
    takeOver,
    port,
    logLevel,
    allowHttpLoopback: values["allow-http-loopback"] ?? false,
    allowFile: values["allow-file"],
    gitHosts: values["git-hosts"],
    privateGitHosts: values["private-git-hosts"],
  };
};

const portOf = (option: string, text: string, least: 0 | 1): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < least || port > 65_535)
    throw new UsageError(`${option} ${text}: expected ${least} to 65535`);
  return port;
};

const parse = (argv: readonly string[]) => {
  const parsed = parseAny(argv);
  // `--data=$UNSET` would mean this folder.
  const empty = Object.entries(parsed.values).find(([, value]) => value === "");
  if (empty !== undefined) throw new UsageError(`--${empty[0]}: expected a value`);
  return parsed;
};

const parseAny = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: "boolean", short: "h" },
        tour: { type: "string" },
        data: { type: "string" },
        kubeconfig: { type: "string" },
        fleet: { type: "string" },
        "fleet-ref": { type: "string" },
        "fleet-path": { type: "string" },
        "fleet-interval": { type: "string" },
        "fleet-credentials": { type: "string" },
        secrets: { type: "string" },
        otlp: { type: "string" },
        "metrics-port": { type: "string" },
        "webhook-port": { type: "string" },
        "take-over": { type: "string" },
        port: { type: "string" },
        "log-level": { type: "string" },
        "allow-http-loopback": { type: "boolean" },
        "allow-file": { type: "string" },
        "git-hosts": { type: "string" },
        "private-git-hosts": { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};
