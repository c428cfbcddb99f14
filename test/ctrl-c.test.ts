import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { eventually, temporaryFolder } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

const script = join(dirname(import.meta.dirname), "scripts/start.ts");

/** `npm start` as a shell starts it: leader of a process group, which is what a terminal sends its signals to. */
const begin = async (cwd: string) => {
  const child = spawn(process.execPath, [script, "--tour=off", "--port=0"], {
    cwd,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = { text: "" };
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.text += text));
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  await eventually(() => expect(said.text).toContain("Running."), { timeoutMs: 60_000 });
  return { pid: child.pid ?? 0, said, ended };
};

/** Processes below a start, and those that name its folder: nats-server, git, kustomize, helm and who starts them. */
const startedBy = async (pid: number, folder: string): Promise<readonly string[]> => {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== pid);
  const lines = await Promise.all(
    pids.map(async (one) => {
      const [stat = "", command = ""] = await Promise.all(
        ["stat", "cmdline"].map((file) => readFile(`/proc/${one}/${file}`, "utf8").catch(() => "")),
      );
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const isOurs = Number(parent) === pid || command.includes(folder);
      return isOurs && state !== "Z" ? [`${one} ${command.replaceAll("\0", " ")}`] : [];
    }),
  );
  return lines.flat();
};

const pidsOf = (processes: readonly string[]): readonly number[] => processes.map((line) => Number(line.split(" ")[0]));
const areAlive = (pids: readonly number[]): boolean =>
  pids.some((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });

describe("what ends npm start ends all that it started", () => {
  it.each(["SIGINT", "SIGHUP", "SIGTERM"] as const)(
    "%s to the process group, as a terminal sends it: in order, without an alarm, and soon",
    async (signal) => {
      await using folder = await temporaryFolder();
      const { ended, pid, said } = await begin(folder.path);
      const children = await startedBy(pid, folder.path);
      expect(children.join("\n")).toContain("nats-server");
      const from = performance.now();
      process.kill(-pid, signal);
      expect(await ended, said.text).toEqual([0, null]);
      // The bus outlives those who use it: without it they would wait for their answers first.
      expect(performance.now() - from).toBeLessThan(8_000);
      expect(said.text).toContain("stopping …");
      expect(said.text).not.toContain("✗");
      expect(areAlive(pidsOf(children))).toBe(false);
      expect(await readdir(join(folder.path, ".evenkeel"))).toEqual([]);
    },
    120_000,
  );

  it("a kill that nobody can handle leaves nothing running either", async () => {
    await using folder = await temporaryFolder();
    const { ended, pid } = await begin(folder.path);
    const children = pidsOf(await startedBy(pid, folder.path));
    expect(children.length).toBeGreaterThan(0);
    process.kill(pid, "SIGKILL");
    await ended;
    await eventually(() => expect(areAlive(children)).toBe(false), { timeoutMs: 20_000 });
  }, 120_000);
});
