import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runStatusApi } from "./run.ts";

await runService("status-api", { settings, readConfig, run: runStatusApi });
