import { createNoopMeter, type SpanContext } from "@opentelemetry/api";
import type { Logger, SpanOptions, Telemetry } from "@evenkeel/telemetry";
import { startNats, type TestNats } from "@evenkeel/testing";
import { smallProfile } from "@evenkeel/contracts";

import type { BusConfig } from "./bus-config.ts";
import { connectBus } from "./connect-bus.ts";
import { createIdentities, type Identities } from "./identities.ts";
import { migrateBus } from "./migrate.ts";
import type { Bus, ServiceName } from "./port.ts";

// For the tests of this package only: a real server, migrated, with every permission in force.

export const installation = "test-installation";

interface SpanRecord {
  readonly name: string;
  readonly options: SpanOptions;
  readonly context: SpanContext;
}

export interface RecordingTelemetry extends Telemetry {
  readonly spans: SpanRecord[];
  readonly records: { readonly level: string; readonly message: string; readonly fields: unknown }[];
}

/** Telemetry that keeps what it is told; spans have made-up ids. */
export const recordingTelemetry = (service: string): RecordingTelemetry => {
  const spans: SpanRecord[] = [];
  const records: RecordingTelemetry["records"][number][] = [];
  const at =
    (level: string): Logger["info"] =>
    (message, fields) =>
      void records.push({ level, message, fields });
  let count = 0;
  return {
    service,
    spans,
    records,
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    meter: createNoopMeter(),
    span: (name, options, run) => {
      const spanId = (++count).toString(16).padStart(16, "0");
      const context = { traceId: options.parent?.traceId ?? "0af7651916cd43dd8448eb211c80319c", spanId, traceFlags: 1 };
      spans.push({ name, options, context });
      return run({ context, set: () => {}, event: () => {}, link: () => {}, fail: () => {} });
    },
    record: () => {},
    current: () => undefined,
    [Symbol.asyncDispose]: async () => {},
  };
};

export interface TestBus extends AsyncDisposable {
  readonly nats: TestNats;
  readonly identities: Identities;
  readonly config: (service: ServiceName, instance?: string) => BusConfig;
  readonly connect: (service: ServiceName, instance?: string, telemetry?: Telemetry) => Promise<Bus>;
  /** Starts the server again on the same store and address. */
  readonly restart: () => Promise<TestNats>;
}

export const startTestBus = async (): Promise<TestBus> => {
  await using stack = new AsyncDisposableStack();
  const identities = createIdentities();
  const extra = identities.authorization;
  let nats = await startNats({ extra, jetstream: { syncInterval: "always" } });
  stack.defer(() => nats[Symbol.asyncDispose]());
  const counts = smallProfile;
  const silent = recordingTelemetry("test");
  await migrateBus(
    { servers: [nats.url], installation, seed: identities.migrate.seed, counts, monitorUrl: nats.monitorUrl },
    silent.log,
  );
  const config = (service: ServiceName, instance = "one"): BusConfig => ({
    servers: [nats.url],
    service,
    instance,
    installation,
    seed: identities.keys[service].seed,
    trust: identities.trust,
    counts,
    production: true,
  });
  const buses = new AsyncDisposableStack();
  stack.use(buses);
  const owned = stack.move();
  return {
    nats,
    identities,
    config,
    connect: async (service, instance, telemetry = recordingTelemetry(service)) =>
      buses.use(await connectBus(config(service, instance), telemetry)),
    async restart() {
      const port = Number(new URL(nats.url).port);
      const folder = nats.folder;
      nats = await startNats({ extra, jetstream: { syncInterval: "always" }, folder, port });
      return nats;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
