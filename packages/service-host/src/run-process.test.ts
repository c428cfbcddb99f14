import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { freePort } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

const program = join(import.meta.dirname, "testdata", "tiny-service.ts");

const run = async (env: Record<string, string>, args: readonly string[] = []) => {
  const dataDir = await mkdtemp(join(tmpdir(), "evenkeel-host-"));
  await writeFile(join(dataDir, "seed.nk"), "SUSECRET\n");
  await writeFile(join(dataDir, "trust.json"), '{"keys":[{"publicKey":"UABC","role":"tiny"}]}');
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      EVENKEEL_BUS_SEED_FILE: join(dataDir, "seed.nk"),
      EVENKEEL_BUS_TRUST_FILE: join(dataDir, "trust.json"),
      EVENKEEL_INSTALLATION: "test",
      EVENKEEL_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  const waits: { text: string; resolve: () => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      output.push(line);
      for (const wait of waits) if (line.includes(wait.text)) wait.resolve();
    });
  }
  const exited = once(child, "close") as Promise<[number | null, string | null]>;
  return {
    child,
    dataDir,
    output,
    code: async () => (await exited)[0],
    line: (text: string) =>
      new Promise<void>((resolve) => {
        if (output.some((line) => line.includes(text))) resolve();
        else waits.push({ text, resolve });
      }),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      await rm(dataDir, { recursive: true });
    },
  };
};

describe("a service process", () => {
  it("lists every problem of its configuration and exits 2 before it starts", async () => {
    await using tiny = await run({ EVENKEEL_INSTALLATION: "", EVENKEEL_GRACE: "20", EVENKEEL_PROBE_PORT: "x" });
    expect(await tiny.code()).toBe(2);
    const text = tiny.output.join("\n");
    expect(text).toContain("EVENKEEL_INSTALLATION is not set; example: prod-7c1e");
    expect(text).toContain('EVENKEEL_GRACE needs a unit (ms, s, m, h, d): "20"; example: 25s');
    expect(text).toContain('EVENKEEL_PROBE_PORT is not a whole number: "x"; example: 8081');
    expect(text).not.toContain("running");
  });

  it("exits 2 and names every file of the bus that it cannot use", async () => {
    await using tiny = await run({ EVENKEEL_BUS_SEED_FILE: "/no/seed", EVENKEEL_BUS_TRUST_FILE: "/dev/null" });
    expect(await tiny.code()).toBe(2);
    const text = tiny.output.join("\n");
    expect(text).toContain("EVENKEEL_BUS_SEED_FILE cannot be read: /no/seed (ENOENT)");
    expect(text).toContain("EVENKEEL_BUS_TRUST_FILE is not a trust bundle: /dev/null");
  });

  it.each([
    ["returns", "wait"],
    ["throws the reason of the abort", "abort"],
  ])("exits 0 on SIGTERM when the service %s", async (_, mode) => {
    await using tiny = await run({ TINY_MODE: mode });
    await tiny.line("running");
    tiny.child.kill("SIGTERM");
    expect(await tiny.code()).toBe(0);
    expect(tiny.output.join("\n")).toContain('"msg":"ended"');
  });

  it("exits 1 after the grace period when the service does not end", async () => {
    await using tiny = await run({ TINY_MODE: "stuck", EVENKEEL_GRACE: "100ms" });
    await tiny.line("running");
    tiny.child.kill("SIGTERM");
    expect(await tiny.code()).toBe(1);
    expect(tiny.output.join("\n")).toContain("not done within the grace period");
  });

  it("ends at once with 128 + 15 on a second SIGTERM", async () => {
    await using tiny = await run({ TINY_MODE: "stuck" });
    await tiny.line("running");
    tiny.child.kill("SIGTERM");
    await tiny.line('"msg":"ending"');
    tiny.child.kill("SIGTERM");
    expect(await tiny.code()).toBe(143);
  });

  it.each([
    ["the service throws", "throw", "cannot go on"],
    ["a promise is rejected unseen", "reject", "nobody looks"],
  ])("exits 1 and says why when %s", async (_, mode, why) => {
    await using tiny = await run({ TINY_MODE: mode });
    expect(await tiny.code()).toBe(1);
    expect(tiny.output.join("\n")).toContain(why);
  });

  it("keeps its instance id in the data directory", async () => {
    await using tiny = await run({ TINY_MODE: "throw" });
    await tiny.code();
    const id = (await readFile(join(tiny.dataDir, "tiny.instance"), "utf8")).trim();
    expect(tiny.output.join("\n")).toContain(`"instance":"${id}"`);
  });

  it("answers its probes", async () => {
    const port = await freePort();
    await using tiny = await run({ EVENKEEL_PROBE_PORT: `${port}` });
    await tiny.line("running");
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return [response.status, await response.text()] as const;
    };
    expect(await ask("/livez")).toEqual([200, "ok\n"]);
    expect(await ask("/readyz")).toEqual([503, "[-] caches: not caught up\nnot ok\n"]);
    expect(await ask("/startupz")).toEqual([503, "[-] caches: not caught up\nnot ok\n"]);
    tiny.child.kill("SIGUSR2");
    await tiny.line("ready now");
    expect(await ask("/readyz?verbose")).toEqual([200, "[+] caches\nok\n"]);
    expect(await ask("/startupz")).toEqual([200, "ok\n"]);
    expect((await ask("/other"))[0]).toBe(404);
  });

  it("shows its values with their origin, passwords left out", async () => {
    await using tiny = await run({ EVENKEEL_BUS_SERVERS: "nats://u:secret@a:1,nats://b:2" }, ["--print-config"]);
    expect(await tiny.code()).toBe(0);
    expect(tiny.output).toContain("EVENKEEL_BUS_SERVERS=nats://(redacted)@a:1,nats://b:2  # environment");
    expect(tiny.output).toContain("EVENKEEL_GRACE=20s  # default");
    expect(tiny.output).toContain("EVENKEEL_OTLP_ENDPOINT=  # absent");
  });

  it("documents every setting with --help", async () => {
    await using tiny = await run({ EVENKEEL_INSTALLATION: "" }, ["--help"]);
    expect(await tiny.code()).toBe(0);
    expect(tiny.output.filter((line) => line.startsWith("  EVENKEEL_"))).toHaveLength(15);
    expect(tiny.output).toContain("  EVENKEEL_INSTALLATION  (text, required)");
  });
});
