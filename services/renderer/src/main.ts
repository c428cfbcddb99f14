import { runService } from "@evenkeel/service-host";

import { readConfig, settings } from "./config.ts";
import { runRenderer } from "./run.ts";

const about = "makes desired state of commits; reaches no network but the bus, no cluster and no Git remote.";
await runService({
  service: "renderer",
  about,
  settings,
  readConfig,
  waitsFor: ["units", "have not been seen yet"],
  run: (config, given, signal) =>
    runRenderer(config, { ...given, onOpenTools: (why) => given.remark("isolation", why) }, signal),
});
