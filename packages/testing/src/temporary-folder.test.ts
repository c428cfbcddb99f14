import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

import { expect, test } from "vitest";

import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("is gone after disposal, with all it holds", async () => {
  const folder = await temporaryFolder();
  expect(existsSync(folder.path)).toBe(true);
  await folder[Symbol.asyncDispose]();
  expect(existsSync(folder.path)).toBe(false);
});

test("in memory, is gone even when its owner is killed", async () => {
  const program = `
    import { temporaryFolder } from ${JSON.stringify(new URL("./temporary-folder.ts", import.meta.url).href)};
    console.log((await temporaryFolder({ inMemory: true })).path);
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [path] = (await once(owner.stdout, "data")) as [Buffer];
  expect(existsSync(path.toString().trim())).toBe(true);
  owner.kill("SIGKILL");
  await eventually(() => !existsSync(path.toString().trim()));
});
