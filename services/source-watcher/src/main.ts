import { connectBus } from "@evenkeel/bus";
import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runSourceWatcher } from "./run.ts";

await runService({
  service: "source-watcher",
  about: "turns Git into facts: accepted tips, declarations, holds; the only one that reaches Git.",
  settings,
  readConfig,
  start: async (config, { bus: identity, probes, signal, telemetry }) => {
    let watching = false;
    probes.check("fleet", () => (watching ? undefined : "has not been loaded yet"));
    probes.check("bus", () => "is not connected yet");
    await using bus = await connectBus(identity, telemetry, signal);
    probes.check("bus", () => bus.fault());
    const onReady = (): void => {
      watching = true;
    };
    await runSourceWatcher(config, { bus, telemetry, onReady }, signal);
  },
});
