import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runDriftDetector } from "./run.ts";

const about = "watches clusters for drift from desired state and for health; reads them only (dry-run included).";
await runService({
  service: "drift-detector",
  about,
  settings,
  readConfig,
  waitsFor: ["units", "have not been seen yet"],
  run: runDriftDetector,
});
