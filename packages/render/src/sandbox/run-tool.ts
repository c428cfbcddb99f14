import { existsSync, mkdirSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { strike } from "@evenkeel/telemetry";

import type { RenderLimits } from "../limits.ts";
import { RenderRefused } from "../render-refused.ts";
import type { Tool } from "../tools.ts";
import { materialise } from "./materialise.ts";
import { firstLines, runRefusal } from "./run-refusal.ts";
import type { Sandbox } from "./sandbox.ts";
import { withholdAside } from "./withhold-aside.ts";

export interface ToolRun {
  readonly tool: Tool;
  /** After the binary; paths are relative to the files. */
  readonly args: readonly string[];
  /** What it may read, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What is packed in these files, by path: of that, too, a refusal tells nothing. */
  readonly packed?: ReadonlyMap<string, Uint8Array>;
  /** Named in a refusal. */
  readonly file: string;
}

const PRLIMIT = ["/usr/bin/prlimit", "/bin/prlimit"].find((path) => existsSync(path));

/**
 * Runs one tool on these files and nothing else, and gives its complete output. Success is exit status 0 within every
 * limit; all else throws RenderRefused, and its output is dropped.
 */
export const runTool = async (
  { tool, args, files, file, packed = new Map() }: ToolRun,
  { scratch, starter, limits }: Sandbox,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  using folder = scratch.fresh();
  const [work, home, temp] = ["work", "home", "tmp"].map((name) => join(folder.path, name));
  for (const path of [work, home, temp]) mkdirSync(path ?? "", { mode: 0o700 });
  if (work === undefined || home === undefined || temp === undefined) throw new Error("unreachable");
  await materialise(work, files, signal);
  const stdoutFile = join(folder.path, "stdout");
  const end = await starter.run(
    {
      argv: [...limited(limits), tool.path, ...args],
      cwd: work,
      env: environment(home, temp),
      stdoutFile,
      stderrBytes: limits.stderrBytes,
      wallMs: limits.wallMs,
    },
    signal,
  );
  const { size } = await stat(stdoutFile).catch(() => ({ size: 0 }));
  // A run that counts says nothing that is told.
  const said = firstLines(strip(end.stderr, work));
  const told =
    end.exitCode === 0 || said === ""
      ? ""
      : strike(await withholdAside({ tool: tool.name, said, files: new Map([...files, ...packed]) }, signal));
  const refusal = runRefusal(end, told, size, limits);
  if (refusal !== undefined) {
    throw new RenderRefused({ file, ...refusal, problem: `${tool.name} ${refusal.problem}` });
  }
  return await readFile(stdoutFile); // before the folder goes
};

/** Limits that the kernel keeps; where the program for it is missing, time and output are still limited by us. */
const limited = (limits: RenderLimits): readonly string[] =>
  PRLIMIT === undefined
    ? []
    : [
        PRLIMIT,
        `--as=${limits.addressSpaceBytes}`,
        `--data=${limits.memoryBytes}`,
        `--cpu=${limits.cpuSeconds}`,
        `--fsize=${limits.outputBytes + 1}`,
        "--nofile=256",
        "--core=0",
        "--",
      ];

/** The whole environment: nothing of ours, of the application's or of the repository's. PATH holds no program at all. */
const environment = (home: string, temp: string): { readonly [name: string]: string } => ({
  HOME: home,
  TMPDIR: temp,
  PATH: home,
  LANG: "C.UTF-8",
  TZ: "UTC",
  KUBECONFIG: "/dev/null",
  GIT_ALLOW_PROTOCOL: "none",
  XDG_CACHE_HOME: home,
  XDG_CONFIG_HOME: home,
  XDG_DATA_HOME: home,
  HELM_CACHE_HOME: home,
  HELM_CONFIG_HOME: home,
  HELM_DATA_HOME: home,
  HELM_PLUGINS: home,
  // Small builds end before the first collection, large ones stay at a fraction of the limit, at nearly the same speed.
  GOGC: "400",
  GOMEMLIMIT: "512MiB",
  // Names are asked by the program itself, through a socket that it cannot have, and by no service of this machine.
  GODEBUG: "netdns=go",
});

/** Names of our folders say nothing to an author, and differ each time. */
const strip = (text: string, work: string): string => text.replaceAll(`${work}/`, "").replaceAll(work, ".");
