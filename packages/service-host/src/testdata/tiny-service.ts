// A service that does what TINY_MODE says, for the tests of the process around it.
import { once } from "node:events";

import { commonConfig, commonSettings, readSettings, runProcess } from "../index.ts";

const settings = {
  ...commonSettings,
  mode: { env: "TINY_MODE", type: "text", default: "wait", help: "What to do.", example: "wait" },
} as const;

await runProcess({
  service: "tiny",
  about: "does little.",
  settings,
  readConfig: (env) => {
    const values = readSettings(settings, env);
    return { ...commonConfig("tiny", values), mode: values.mode };
  },
  start: async (config, { probes, signal, telemetry }) => {
    let ready = false;
    probes.check("caches", () => (ready ? undefined : "not caught up"));
    process.on("SIGUSR2", () => {
      ready = true;
      telemetry.log.info("ready now");
    });
    // Keeps the event loop busy as a connection would.
    const open = setInterval(() => undefined, 60_000);
    telemetry.log.info("running", { probe: config.probePort });
    if (config.mode === "throw") throw new Error("cannot go on");
    if (config.mode === "reject") void Promise.reject(new Error("nobody looks"));
    if (config.mode === "stuck") await new Promise(() => undefined);
    if (!signal.aborted) await once(signal, "abort");
    clearInterval(open);
    if (config.mode === "abort") throw signal.reason;
  },
});
