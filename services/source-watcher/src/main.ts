import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runSourceWatcher } from "./run.ts";

const about = "turns Git into facts: accepted tips, declarations, holds; the only one that reaches Git.";
await runService({
  service: "source-watcher",
  about,
  settings,
  readConfig,
  waitsFor: ["fleet", "has not been loaded yet"],
  run: runSourceWatcher,
});
