import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, test } from "vitest";

test("calls that hang and are ended in one turn leave a connection that answers", async () => {
  // In a process of its own: where it fails it can be ended from outside alone.
  const file = fileURLToPath(new URL("./ended-calls.fixture.ts", import.meta.url));
  const ran = promisify(execFile)(process.execPath, [file], { timeout: 30_000, killSignal: "SIGKILL" });
  await expect(ran).resolves.toMatchObject({ stderr: "" });
}, 40_000);
