// A process that holds shards until it is killed; its arguments are a BusConfig and the shards, `0` by default.
import { silentTelemetry } from "@evenkeel/telemetry";

import type { BusConfig } from "../bus-config.ts";
import { connectBus } from "../connect-bus.ts";

const [config = "", ...shards] = process.argv.slice(2);
const bus = await connectBus(JSON.parse(config) as BusConfig, silentTelemetry());
await bus.holdShards(
  {
    shards: shards.length === 0 ? ["0"] : shards,
    run: async ({ epoch }, signal) => {
      console.info(String(epoch));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  },
  new AbortController().signal,
);
