import { readFile, rm } from "node:fs/promises";

import { endProcess } from "./end-process.ts";

/**
 * Stops the server that an earlier owner of this configuration left behind, by its pid file.
 * A pid is only trusted when that process was started with this very configuration file: pids are used again.
 */
export const stopStaleServer = async (pidFile: string, configFile: string): Promise<"none" | "gone" | "stopped"> => {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 0) return "none";
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const isOurs = commandLine.split("\0").includes(configFile);
  if (isOurs) await endProcess(pid);
  await rm(pidFile, { force: true });
  return isOurs ? "stopped" : "gone";
};
