import { connectBus } from "@evenkeel/bus";
import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runApplier } from "./run.ts";

await runService({
  service: "applier",
  about: "carries desired state and corrections of drift out on clusters; the only service that writes to them.",
  settings,
  readConfig,
  start: async (config, { bus: identity, probes, signal, telemetry }) => {
    let holding = false;
    probes.check("partitions", () => (holding ? undefined : "are not held yet"));
    probes.check("bus", () => "is not connected yet");
    await using bus = await connectBus(identity, telemetry, signal);
    probes.check("bus", () => bus.fault());
    const onReady = (): void => {
      holding = true;
    };
    await runApplier(config, { bus, telemetry, onReady }, signal);
  },
});
