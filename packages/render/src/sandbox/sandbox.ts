import { availableParallelism } from "node:os";

import type { RenderLimits } from "../limits.ts";
import { openScratch } from "./scratch.ts";
import type { Scratch } from "./scratch.ts";
import { programStarter } from "./starter.ts";
import type { Starter } from "./starter.ts";

/** How tools are kept apart: as plain processes with limits (`process`); kernel namespaces are a later mode. */
export type SandboxMode = "process";

/** Where tools run. */
export interface Sandbox extends AsyncDisposable {
  readonly mode: SandboxMode;
  readonly limits: RenderLimits;
  readonly scratch: Scratch;
  /** Runs as many at a time as there are cores; the others wait. */
  readonly starter: Pick<Starter, "run">;
}

export const openSandbox = (limits: RenderLimits): Sandbox => {
  const scratch = openScratch();
  const starter = programStarter();
  const takeTurn = turns(availableParallelism());
  return {
    mode: "process",
    limits,
    scratch,
    starter: { run: (request, signal) => takeTurn(() => starter.run(request, signal)) },
    [Symbol.asyncDispose]: async () => {
      await starter[Symbol.asyncDispose]();
      scratch[Symbol.dispose]();
    },
  };
};

/** At most `count` at a time, in order. */
const turns = (count: number): (<T>(act: () => Promise<T>) => Promise<T>) => {
  let free = count;
  const queue: (() => void)[] = [];
  return async (act) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await act();
    } finally {
      const next = queue.shift();
      if (next === undefined) free++;
      else next();
    }
  };
};
