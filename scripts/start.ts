// `npm start`: reads the command line; everything else is loaded only when it is needed, and compiled once (scripts/start/start.ts).
import { enableCompileCache } from "node:module";
import { join } from "node:path";

import { help, readOptions, UsageError } from "./start/options.ts";
import { createScreen } from "./start/screen.ts";

/** 128 + SIGINT: stopped before the tour had ended. */
const INTERRUPTED = 130;
const screen = createScreen();

const run = async (argv: readonly string[]): Promise<number> => {
  const options = readOptions(argv);
  if (options === "help") {
    process.stdout.write(help);
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  stopping.signal.addEventListener("abort", () => screen.say("stopping …"));
  enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/evenkeel"));
  const { start, isExpected } = await import("./start/start.ts");
  try {
    return await start(options, screen, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted && error === stopping.signal.reason) return INTERRUPTED;
    if (!isExpected(error)) throw error;
    screen.bad(error.message);
    return 2;
  }
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  if (isUsage) screen.bad(`${error.message}; try: npm start -- --help`);
  else screen.bad(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = isUsage ? 2 : 1;
}
