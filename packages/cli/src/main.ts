import { runCli } from "./run-cli.ts";

const stop = new AbortController();
// A signal ends at once with 128 + its number, as the shell expects: nothing here needs to be finished.
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));
// The reader of a pipe may go away: that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));

try {
  process.exitCode = await runCli(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    now: () => new Date(),
    cwd: process.cwd(),
    // Handed on to config.ts, which alone reads it.
    // oxlint-disable-next-line node/no-process-env
    env: process.env,
    colour: process.stdout.isTTY,
    signal: stop.signal,
  });
} catch (error) {
  process.stderr.write(
    `evenkeel: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 2;
}
