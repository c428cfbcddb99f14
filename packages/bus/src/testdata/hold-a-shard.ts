// A process that holds shard 0 until it is killed; its argument is a BusConfig.
import { silentTelemetry } from "@evenkeel/telemetry";

import type { BusConfig } from "../bus-config.ts";
import { connectBus } from "../connect-bus.ts";

const bus = await connectBus(JSON.parse(process.argv[2] ?? "") as BusConfig, silentTelemetry());
await bus.holdShards(
  {
    shards: ["0"],
    run: async ({ epoch }, signal) => {
      console.info(String(epoch));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  },
  new AbortController().signal,
);
