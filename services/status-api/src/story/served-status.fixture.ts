// For tests only: the service on a real nats-server with every permission in force, and a client of it.
import { connectBus, createIdentities, migrateBus, openForger } from "@evenkeel/bus";
import type { Bus, Lease } from "@evenkeel/bus";
import { detectorShard, flows, smallProfile, StatusServiceDefinition } from "@evenkeel/contracts";
import type { ServiceName } from "@evenkeel/contracts";
import { recordingTelemetry, silentTelemetry } from "@evenkeel/telemetry";
import type { RecordingTelemetry } from "@evenkeel/telemetry";
import { startNats } from "@evenkeel/testing";
import { createChannel, createClientFactory } from "nice-grpc";
import type { Client } from "nice-grpc";
import { errorDetailsClientMiddleware } from "nice-grpc-error-details";

import { runStatusApi } from "../run.ts";
import type { ServeQueries } from "../serve/serve-queries.ts";

export interface ServedStatus extends AsyncDisposable {
  readonly client: Client<typeof StatusServiceDefinition>;
  readonly address: string;
  readonly telemetry: RecordingTelemetry;
  /** The bus as another service has it. */
  readonly as: (service: ServiceName) => Promise<Bus>;
  /** From now on a drift-detector holds the cluster and gets answers from it. Ends it without a goodbye: silence. */
  readonly watched: (cluster: string) => Promise<{ readonly epoch: bigint; readonly vanish: () => Promise<void> }>;
  /** Makes a stream anew, empty, while everything stands. */
  readonly lose: (stream: string) => Promise<void>;
  readonly nats: { readonly pid: number; readonly url: string };
  /** Another instance of the service, which sees only what the streams kept. */
  readonly again: () => Promise<Client<typeof StatusServiceDefinition>>;
  /** Another instance, whose queries are asked as `serving` says; resolves once it is ready. */
  readonly beside: (serving: ServeQueries) => Promise<{ readonly address: string; readonly end: () => Promise<void> }>;
  readonly clientOf: (address: string) => Client<typeof StatusServiceDefinition>;
}

export const serveStatus = async (): Promise<ServedStatus> => {
  await using stack = new AsyncDisposableStack();
  const identities = createIdentities();
  const nats = stack.use(await startNats({ extra: identities.authorization, jetstream: { syncInterval: "always" } }));
  const servers = [nats.url];
  const counts = smallProfile;
  const installation = "test-installation";
  await migrateBus({ servers, installation, seed: identities.migrate.seed, counts }, silentTelemetry().log);
  const buses = new Map<ServiceName, Promise<Bus>>();
  const connect = async (service: ServiceName, instance = "one"): Promise<Bus> => {
    const config = { ...identities.loginOf(service), servers, instance, installation, counts };
    return stack2.use(await connectBus(config, silentTelemetry(service)));
  };
  const stack2 = stack.use(new AsyncDisposableStack());
  const telemetry = recordingTelemetry("status-api");
  const run = async (instance: string, serving?: ServeQueries) => {
    const bus = await connect("status-api", instance);
    const stop = new AbortController();
    const ready = Promise.withResolvers<string>();
    const config = { listen: { host: "127.0.0.1", port: 0 } };
    const onReady = (at = ""): void => ready.resolve(at);
    const given = { bus, telemetry, onReady, ...(serving && { serve: serving }) };
    const running = runStatusApi(config, given, stop.signal);
    const end = async (): Promise<void> => {
      stop.abort();
      await running;
    };
    stack2.defer(end);
    const over = running.then(() => Promise.reject(new Error("ended before ready")));
    over.catch(() => undefined);
    return { end, address: await Promise.race([ready.promise, over]) };
  };
  const clientOf = (address: string): Client<typeof StatusServiceDefinition> => {
    const channel = createChannel(address);
    stack2.defer(() => channel.close());
    return createClientFactory().use(errorDetailsClientMiddleware).create(StatusServiceDefinition, channel);
  };
  const as = (service: ServiceName): Promise<Bus> => {
    const bus = buses.get(service) ?? connect(service);
    buses.set(service, bus);
    return bus;
  };
  const watched = async (cluster: string) => {
    const detector = await connect("drift-detector", `watches-${cluster}`);
    const stop = new AbortController();
    const held = Promise.withResolvers<bigint>();
    const run = async ({ epoch }: Lease, until: AbortSignal): Promise<void> => {
      held.resolve(epoch);
      await new Promise<void>((resolve) => until.addEventListener("abort", () => resolve(), { once: true }));
    };
    const holding = detector.holdShards({ shards: [detectorShard(cluster)], run }, stop.signal);
    stack2.defer(async () => {
      stop.abort();
      await holding;
    });
    const epoch = await held.promise;
    const [since, at] = [new Date(), new Date()];
    const fact = { cluster, unreachable: undefined, since, at, epoch, cause: `${epoch}` };
    await detector.publish(flows.clusterCondition, fact);
    return { epoch, vanish: async () => detector[Symbol.asyncDispose]() };
  };
  const { address } = await run("one");
  const owned = stack.move();
  return {
    address,
    telemetry,
    client: clientOf(address),
    as,
    watched,
    lose: async (stream) => {
      await using forger = await openForger({
        url: nats.url,
        installation,
        seeds: { migrate: identities.migrate.seed },
      });
      await forger.lose(stream);
    },
    nats,
    again: async () => clientOf((await run("two")).address),
    beside: (serving) => run("beside", serving),
    clientOf,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
