import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { startNatsServer } from "@evenkeel/embedded-nats";
import { eventually, temporaryFolder } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { openDataFolder } from "./data-folder.ts";

test("a new demo ends the nats-server that a killed one left where no kernel did, before its folder is removed", async () => {
  await using folder = await temporaryFolder();
  const nats = join(folder.path, ".evenkeel/demo/nats");
  const first = await startNatsServer({ folder: nats });
  const binary = (await readFile(`/proc/${first.pid}/cmdline`, "utf8")).split("\0")[0] ?? "";
  await first.kill();
  const left = spawn(binary, ["-c", join(nats, "nats-server.conf")], { stdio: "ignore" });
  const ended = once(left, "exit");
  await eventually(() => stat(join(nats, `nats-server_${left.pid}.ports`)));
  await using _demo = await openDataFolder({ dataDir: undefined, kubeconfig: undefined }, folder.path);
  await ended;
  await expect(stat(nats)).rejects.toThrow("ENOENT");
});
