import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runSourceWatcher } from "./run.ts";

await runService("source-watcher", { settings, readConfig, run: runSourceWatcher });
