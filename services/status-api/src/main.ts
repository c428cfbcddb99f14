import { connectBus } from "@evenkeel/bus";
import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runStatusApi } from "./run.ts";

await runService({
  service: "status-api",
  about: "answers what is known of units, drift, history and sources over gRPC; reads only.",
  settings,
  readConfig,
  start: async (config, { bus: identity, probes, signal, telemetry }) => {
    let serving = false;
    probes.check("projection", () => (serving ? undefined : "has not caught up"));
    probes.check("bus", () => "is not connected yet");
    await using bus = await connectBus(identity, telemetry, signal);
    probes.check("bus", () => bus.fault());
    const onReady = (): void => {
      serving = true;
    };
    await runStatusApi(config, { bus, telemetry, onReady }, signal);
  },
});
