import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runRenderer } from "./run.ts";

await runService("renderer", { settings, readConfig, run: runRenderer });
