import { parseArgs } from "node:util";

import { scenarios } from "../scenario/scenarios.ts";
import type { ScenarioName } from "../scenario/scenarios.ts";

/** What a run of many seeds is told. */
export interface Options {
  readonly profile: ScenarioName;
  readonly from: number;
  readonly seeds: number;
  /** Ends after so long, whatever is left. */
  readonly seconds: number | undefined;
  readonly workers: number;
  readonly bug: string | undefined;
  /** Runs that may be spent to make a scenario that shows a violation smaller. */
  readonly shrink: number;
  readonly json: boolean;
  readonly said: boolean;
  readonly status: boolean;
  /** Lines of the story that are printed of a violation. */
  readonly lines: number;
}

const about = Object.entries(scenarios)
  .map(([name, kind]) => `                   ${name.padEnd(14)}${kind.about}`)
  .join("\n");

export const help = `npm run simulate -- [--seeds N] [--from S] [--profile NAME] [--seconds T] [--workers N] [--bug NAME] [--lines N] [--json]

Runs all services in one process over simulated time, bus, Git and clusters, with faults by chance, and judges all that happens.

  --seeds N      how many (default 200)
  --from S       the first one (default 1); a seed, a profile and a revision of this repository are one run, to the last event
  --profile NAME what kind of world and of trouble (default replicas):
${about}
  --seconds T    begins no further seed after so long
  --workers N    processes (default 2)
  --bug NAME     with a planted fault in the code: see packages/simulation/src/bugs; all: each of them, until it is found
  --shrink N     runs that may be spent to make what shows a violation smaller before it is told (default 60)
  --lines N      of the story of each violation (default 60)
  --status       judges also what status-apis show (told.true): what that finds is not all mended yet
  --said         also how often each message was logged, seldom ones first
  --json         one line of JSON for each seed

Exits 0 if every invariant held, 1 if one did not, 2 for a wrong call.
`;

/** The call is not as \`help\` says. */
export class WrongCall extends Error {
  override readonly name = "WrongCall";
}

const whole = (name: string, text: string, least = 1): number => {
  if (!/^\d{1,15}$/.test(text) || Number(text) < least)
    throw new WrongCall(`--${name} ${text}: give a whole number from ${least}`);
  return Number(text);
};

const read = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: "string", default: "200" },
        from: { type: "string", default: "1" },
        profile: { type: "string", default: "replicas" },
        seconds: { type: "string" },
        workers: { type: "string", default: "2" },
        bug: { type: "string" },
        shrink: { type: "string", default: "60" },
        lines: { type: "string", default: "60" },
        json: { type: "boolean", default: false },
        said: { type: "boolean", default: false },
        status: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new WrongCall(error instanceof Error ? error.message : String(error), { cause: error });
  }
};

/** Throws WrongCall; undefined: help is asked for. */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const given = read(args);
  if (given.help) return undefined;
  if (!(given.profile in scenarios))
    throw new WrongCall(`--profile ${given.profile}: there are ${Object.keys(scenarios).join(", ")}`);
  return {
    profile: given.profile as ScenarioName,
    seeds: whole("seeds", given.seeds),
    from: whole("from", given.from, 0),
    seconds: given.seconds === undefined ? undefined : whole("seconds", given.seconds),
    workers: whole("workers", given.workers),
    lines: whole("lines", given.lines, 0),
    bug: given.bug,
    shrink: whole("shrink", given.shrink, 0),
    json: given.json,
    said: given.said,
    status: given.status,
  };
};
