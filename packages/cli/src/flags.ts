import { parseDurationMs } from "@evenkeel/declarations";

import { CliFailure } from "./cli-failure.ts";
import type { CliEnvironment } from "./config.ts";
import { parseOutput } from "./output.ts";
import type { OutputOptions } from "./output.ts";

/** Flags as they were typed. */
export interface Flags {
  readonly server?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly timeout?: string;
  readonly output?: string;
  readonly headers?: boolean;
  readonly color?: boolean;
  readonly cluster?: string;
  readonly app?: string;
  readonly namespace?: string;
  readonly for?: string;
  readonly traceUrl?: string;
  readonly since?: string;
  readonly webhook?: string;
  readonly webhookSecret?: string;
}

/** A timer that is set to more ends at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds of `--timeout`, which needs a unit. */
export const timeoutMs = (flags: Flags, env: CliEnvironment, standard: string): number => {
  const text = flags.timeout ?? env.timeout ?? standard;
  const ms = parseDurationMs(text);
  if (ms === undefined || ms <= 0)
    throw new CliFailure(`--timeout ${text}: expected a duration with a unit, such as 10s`);
  if (ms > LONGEST_MS) throw new CliFailure(`--timeout ${text}: more than a timer takes; at most 24d`);
  return ms;
};

/** The moment that `--since 1h` names; undefined without the flag. */
export const sinceOf = ({ since }: Flags, now: Date): Date | undefined => {
  if (since === undefined) return undefined;
  const ms = parseDurationMs(since);
  if (ms === undefined || ms <= 0)
    throw new CliFailure(`--since ${since}: expected a duration with a unit, such as 1h`);
  return new Date(now.getTime() - ms);
};

/** How a reply is to be written. */
export const outputOptions = (flags: Flags, env: CliEnvironment): OutputOptions => ({
  output: parseOutput(flags.output ?? env.output ?? "table"),
  headers: flags.headers !== false,
});
