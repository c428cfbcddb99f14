import { connectBus } from "@evenkeel/bus";
import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runRenderer } from "./run.ts";

await runService({
  service: "renderer",
  about: "makes desired state of commits; reaches no network but the bus, no cluster and no Git remote.",
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
    const onOpenTools = (why: string): void => probes.remark("isolation", why);
    await runRenderer(config, { bus, telemetry, onReady, onOpenTools }, signal);
  },
});
