// `npm start`: reads the command line; everything else is loaded only when it is needed, and compiled once (scripts/start/start.ts).
import { setMaxListeners } from "node:events";
import { enableCompileCache } from "node:module";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { help, readOptions, UsageError } from "./start/options.ts";
import { createScreen } from "./start/screen.ts";

/** 128 + SIGINT: stopped before the tour had ended. */
const INTERRUPTED = 130;
const screen = createScreen();
// One signal ends many waits here, by design: that is no leak to warn a visitor of.
setMaxListeners(0);

/** A wait that was ended gives the reason, or an error of its own about it. */
const isOfStop = (error: unknown, stop: AbortSignal): boolean => {
  if (!stop.aborted || !(error instanceof Error)) return false;
  return error === stop.reason || error.name === "AbortError" || isOfStop(error.cause, stop);
};

const run = async (argv: readonly string[]): Promise<number> => {
  const options = readOptions(argv);
  if (options === "help") {
    process.stdout.write(help);
    return 0;
  }
  const stopping = new AbortController();
  // A terminal that is closed says SIGHUP.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stopping.abort());
  stopping.signal.addEventListener("abort", () => screen.say("stopping …"));
  enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/evenkeel"));
  const { start, wordsOf } = await import("./start/start.ts");
  try {
    return await start(options, screen, stopping.signal);
  } catch (error) {
    if (isOfStop(error, stopping.signal)) return options.tour === "off" ? 0 : INTERRUPTED;
    const words = wordsOf(error);
    if (words === undefined) throw error;
    screen.bad(words);
    return 2;
  }
};

/** A stack is for whoever mends the program: it goes into a file, and the screen names it. */
const keepStack = (error: unknown): string => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    const file = join(mkdtempSync(join(tmpdir(), "evenkeel-")), "failure.txt");
    writeFileSync(file, `${text}\n`);
    return file;
  } catch {
    return text;
  }
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  if (isUsage) screen.bad(`${error.message}; try: npm start -- --help`);
  else {
    screen.bad(`unexpected: ${error instanceof Error ? error.message : String(error)}`);
    screen.say(`please report this with ${keepStack(error)}`);
  }
  process.exitCode = isUsage ? 2 : 1;
}
