import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createLogger } from "./logger.ts";
import { recordingTelemetry } from "./recording.ts";

const program = `
  import { startTelemetry } from ${JSON.stringify(join(import.meta.dirname, "start.ts"))};
  const { log } = startTelemetry({ service: "test", version: "0", logLevel: "info" });
  for (let n = 0; n < 3; n += 1) log.info("line", { n });
  setTimeout(() => process.stderr.write("still here"), 20);
`;

/** Ends with the exit code of a process that logs to such a standard output, and with what it says on stderr. */
const logTo = async (stdout: number | "pipe", closed: boolean) => {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
    stdio: ["ignore", stdout, "pipe"],
  });
  if (closed) child.stdout?.destroy();
  let err = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, err };
};

test("a line has the time of the clock that is given", () => {
  const lines: string[] = [];
  const to = { write: (line: string) => lines.push(line) };
  const clock = { now: () => new Date(86_400_000) };
  createLogger({ service: "test", version: "0", level: "info", to, clock }, () => undefined).info("line");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ time: "1970-01-02T00:00:00.000Z" }]);
  const kept = recordingTelemetry("test", clock);
  kept.log.info("line");
  expect(kept.logs).toMatchObject([{ time: "1970-01-02T00:00:00.000Z" }]);
});

test("a full disk behind standard output ends no service", async () => {
  await using full = await open("/dev/full", "w");
  expect(await logTo(full.fd, false)).toEqual({ code: 0, err: "still here" });
});

test("a reader of standard output that is gone ends no service", async () => {
  expect(await logTo("pipe", true)).toEqual({ code: 0, err: "still here" });
});
