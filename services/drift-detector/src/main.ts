import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runDriftDetector } from "./run.ts";

await runService("drift-detector", { settings, readConfig, run: runDriftDetector });
