import { spawn } from "node:child_process";
import { dirname, join } from "node:path";

import { controlPlaneAvailable, temporaryFolder } from "@evenkeel/testing";
import { expect, it } from "vitest";

const root = dirname(import.meta.dirname);

const run = async (
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> => {
  const child = spawn(process.execPath, [join(root, "scripts/start.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out, err };
};

it.skipIf(!controlPlaneAvailable)(
  "npm start --tour=exit walks through every step on real parts and exits 0",
  async () => {
    await using folder = await temporaryFolder();
    const tour = () => run(["--tour=exit", "--port", "0", "--data", join(folder.path, "data")]);
    const { code, err } = await tour();
    expect(err).not.toContain("✗");
    expect([...err.matchAll(/^\d\. .+$/gm)].map((match) => match[0])).toEqual([
      "1. A commit becomes live",
      "2. A second commit rolls forward",
      "3. A manual edit is seen and corrected",
      "4. A bad commit is refused",
      "5. A rewritten history is not followed",
    ]);
    expect(code, err).toBe(0);

    const again = await tour();
    expect(again.code, `with the state of the first run: ${again.err}`).toBe(0);
  },
  180_000,
);

it("--help says what there is", async () => {
  const { code, out } = await run(["--help"]);
  expect(code).toBe(0);
  for (const option of ["--tour", "--data", "--kubeconfig", "--fleet"]) expect(out).toContain(option);
});

it("a wrong option is named, with exit code 2", async () => {
  const { code, err } = await run(["--tuor=exit"]);
  expect(code).toBe(2);
  expect(err).toContain("--tuor");
});
