import { availableParallelism } from "node:os";

import { createSlots } from "@evenkeel/async";

import type { RenderLimits } from "../limits.ts";
import { launchersOf, OPEN } from "./isolation.ts";
import type { IsolationWay, Launcher } from "./isolation.ts";
import { proveIsolation } from "./prove-isolation.ts";
import { openScratch } from "./scratch.ts";
import type { Scratch } from "./scratch.ts";
import { programStarter } from "./starter.ts";
import type { Starter } from "./starter.ts";

/** How tools are kept off the network here, as it was proved when the sandbox was opened. */
export interface Isolation {
  /** None: a tool reaches whatever this process reaches. */
  readonly ways: readonly IsolationWay[];
  /** What was tried and did not hold, each with its reason. */
  readonly failed: readonly string[];
}

/** Where tools run. */
export interface Sandbox extends AsyncDisposable {
  readonly isolation: Isolation;
  readonly limits: RenderLimits;
  readonly scratch: Scratch;
  /** Runs some at a time; the others wait. */
  readonly starter: Pick<Starter, "run">;
}

/** Opens a sandbox behind the strongest of these walls that holds. */
export const openSandbox = async (
  limits: RenderLimits,
  ways: readonly IsolationWay[],
  programsAtOnce = 2 * availableParallelism(),
): Promise<Sandbox> => {
  const scratch = openScratch();
  const { starter, isolation } = await isolatedStarter(ways, scratch);
  const slots = createSlots(programsAtOnce);
  return {
    isolation,
    limits,
    scratch,
    starter: { run: (request, signal) => slots.run("", () => starter.run(request, signal), signal) },
    [Symbol.asyncDispose]: async () => {
      await starter[Symbol.asyncDispose]();
      scratch[Symbol.dispose]();
    },
  };
};

const isolatedStarter = async (
  ways: readonly IsolationWay[],
  scratch: Scratch,
): Promise<{ readonly starter: Starter; readonly isolation: Isolation }> => {
  const failed: string[] = [];
  for (const launcher of launchersOf(ways)) {
    const starter = programStarter(launcher);
    const why = await whyOpen(starter, launcher, scratch);
    if (why === undefined) return { starter, isolation: { ways: launcher.ways, failed } };
    failed.push(`${launcher.ways.join(" and ")}: ${why}`);
    await starter[Symbol.asyncDispose]();
  }
  if (failed.length === 0) failed.push("neither unshare nor perl is here");
  return { starter: programStarter(OPEN), isolation: { ways: [], failed } };
};

const PROOF_MS = 20_000;

const whyOpen = async (starter: Starter, { ways }: Launcher, scratch: Scratch): Promise<string | undefined> => {
  using folder = scratch.fresh();
  try {
    return await proveIsolation(starter, folder.path, ways.includes("socket filter"), AbortSignal.timeout(PROOF_MS));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
