import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runApplier } from "./run.ts";

await runService("applier", { settings, readConfig, run: runApplier });
