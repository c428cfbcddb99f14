import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runStatusApi } from "./run.ts";

const about = "answers what is known of units, drift, history and sources over gRPC; reads only.";
await runService({
  service: "status-api",
  about,
  settings,
  readConfig,
  waitsFor: ["projection", "has not caught up"],
  run: runStatusApi,
});
