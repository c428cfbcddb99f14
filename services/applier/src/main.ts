import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runApplier } from "./run.ts";

const about = "carries desired state and corrections of drift out on clusters; the only service that writes to them.";
await runService({
  service: "applier",
  about,
  settings,
  readConfig,
  waitsFor: ["partitions", "are not held yet"],
  run: runApplier,
});
