import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { eventually, makeRepository, startGitServer, startTcpProxy, temporaryFolder } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

const script = join(dirname(import.meta.dirname), "scripts/start.ts");

/** `npm start` as a shell starts it: leader of a process group, which is what a terminal sends its signals to. */
const launch = (cwd: string, args: readonly string[]) => {
  const child = spawn(process.execPath, [script, "--port=0", ...args], {
    cwd,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = { text: "" };
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.text += text));
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  return { pid: child.pid ?? 0, said, ended };
};

const begin = async (cwd: string) => {
  const started = launch(cwd, ["--tour=off"]);
  await eventually(() => expect(started.said.text).toContain("Running."), { timeoutMs: 60_000 });
  return started;
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

const groupOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
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
      // The bus outlives those who use it: without it each would wait for its answers first.
      for (const child of pidsOf(children)) expect(await groupOf(child)).not.toBe(pid);
      process.kill(-pid, signal);
      expect(await ended, said.text).toEqual([0, null]);
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

const declaration =
  "apiVersion: evenkeel.dev/v1alpha1\nkind: Repository\nmetadata: {name: shop}\nspec: {url: https://git.example/shop}\n";

/** Many thousand objects, in folders, none like another. */
const manyFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from({ length: 3_000 }, (_, n) => [
      `d${n % 97}/e${n % 31}/file-${n}.txt`,
      `${n} ${randomBytes(600).toString("hex")}`,
    ]),
  );

it.each([
  ["its host never says what it has", /info\/refs/],
  ["its host never sends what was asked for", /^POST .*git-upload-pack/],
  ["its objects are being read", undefined],
])(
  "the first read of a big repository ends by SIGTERM with exit code 0 while %s, and begins anew",
  async (_title, hangsAt) => {
    await using folder = await temporaryFolder();
    let isSlow = false;
    const reached = Promise.withResolvers<void>();
    await using git = await startGitServer({
      intercept: ({ method, url }) => {
        if (!isSlow || hangsAt?.test(`${method} ${url}`) !== true) return false;
        proxy.hang();
        reached.resolve();
        return false;
      },
    });
    await using proxy = await startTcpProxy(Number(new URL(git.url).port));
    await using repository = await makeRepository({ ...manyFiles(), "repository.yaml": declaration });
    await repository.push({ remote: (await git.create("fleet")).url });
    const data = join(folder.path, "data");
    const args = [
      `--fleet=http://127.0.0.1:${proxy.port}/fleet.git`,
      "--allow-http-loopback",
      `--data=${data}`,
      "--fleet-interval=1s",
    ];
    isSlow = hangsAt !== undefined;
    const first = launch(folder.path, args);
    if (hangsAt === undefined) {
      await eventually(async () => expect((await startedBy(first.pid, data)).join("\n")).toContain("cat-file"), {
        timeoutMs: 60_000,
        intervalMs: 10,
      });
    } else await reached.promise;
    const children = pidsOf(await startedBy(first.pid, data));
    process.kill(first.pid, "SIGTERM");
    expect(await first.ended, first.said.text).toEqual([0, null]);
    expect(areAlive(children)).toBe(false);
    expect(await startedBy(first.pid, data)).toEqual([]);
    isSlow = false;
    await proxy.open();
    const second = launch(folder.path, args);
    await eventually(() => expect(second.said.text).toMatch(/fleet at [0-9a-f]{7}: 0 units/), { timeoutMs: 90_000 });
    process.kill(second.pid, "SIGTERM");
    expect(await second.ended, second.said.text).toEqual([0, null]);
  },
  240_000,
);
