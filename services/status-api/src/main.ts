import { runService } from "@evenkeel/service-host";

import { service } from "./run.ts";

await runService("status-api", service);
