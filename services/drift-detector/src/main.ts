import { connectBus } from "@evenkeel/bus";
import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runDriftDetector } from "./run.ts";

await runService({
  service: "drift-detector",
  about: "watches clusters for drift from desired state and for health; reads them only (dry-run included).",
  settings,
  readConfig,
  start: async (config, { bus: identity, probes, signal, telemetry }) => {
    let watching = false;
    probes.check("units", () => (watching ? undefined : "have not been seen yet"));
    probes.check("bus", () => "is not connected yet");
    await using bus = await connectBus(identity, telemetry, signal);
    probes.check("bus", () => bus.fault());
    const onReady = (): void => {
      watching = true;
    };
    await runDriftDetector(config, { bus, telemetry, onReady }, signal);
  },
});
