import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, it } from "vitest";

const bin = join(import.meta.dirname, "evenkeel.mjs");

const run = async (args: readonly string[]) => {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text };
};

describe("the bin", () => {
  it.each([
    ["does its work", ["version"], 0, "evenkeel 0.1.0\n"],
    ["hands on the exit code", ["get", "unitz"], 2, 'evenkeel: get unitz: unknown list; did you mean "units"?\n'],
  ])("%s", async (_, args, code, text) => expect(await run([bin, ...args])).toEqual({ code, text }));

  it("goes on with the Node of the repository when it is started by an older one", async () => {
    // What only main.ts needs is taken away: it must run in another process.
    const older = `
      globalThis.AbortController = undefined;
      Object.defineProperty(process.versions, "node", { value: "20.20.2" });
      process.argv.splice(1, 0, ${JSON.stringify(bin)});
      await import(${JSON.stringify(pathToFileURL(bin).href)});`;
    const args = ["--input-type=module", "--eval", older, "--", "get", "unitz"];
    expect(await run(args)).toEqual({ code: 2, text: 'evenkeel: get unitz: unknown list; did you mean "units"?\n' });
  });
});
