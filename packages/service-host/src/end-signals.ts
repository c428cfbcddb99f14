import { constants } from "node:os";

import type { Logger } from "@evenkeel/telemetry";

const endSignals = ["SIGTERM", "SIGINT"] as const;

/** The end of a process: asked for by a signal, or forced by a fault that nothing caught. */
export interface Ending extends Disposable {
  /** Aborted when the process is to end. */
  readonly signal: AbortSignal;
  /** Ends the process gracefully with an exit code. */
  begin(reason: string, exitCode: number): void;
}

/** Turns SIGTERM and SIGINT into one abort. A second signal ends at once with 128 + its number; whoever is not done after
 *  the grace period is ended too. An unhandled rejection or exception is logged and ends the process gracefully with 1. */
export const awaitEnd = (graceMs: number, log: Logger, onBegin: () => void): Ending => {
  const controller = new AbortController();
  let deadline: NodeJS.Timeout | undefined;

  const begin = (reason: string, exitCode: number): void => {
    if (exitCode !== 0) process.exitCode = exitCode;
    if (controller.signal.aborted) return;
    log.info("ending", { reason, grace_ms: graceMs });
    onBegin();
    deadline = setTimeout(() => {
      log.error("not done within the grace period", { grace_ms: graceMs });
      process.exit(process.exitCode || 1);
    }, graceMs);
    deadline.unref();
    controller.abort(new Error(`ending: ${reason}`));
  };
  const onSignal = (name: (typeof endSignals)[number]): void => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
    begin(name, 0);
  };
  const onFault = (error: unknown): void => {
    log.error("fault that nothing caught", { error });
    begin("fault", 1);
  };
  for (const name of endSignals) process.on(name, onSignal);
  process.on("unhandledRejection", onFault);
  process.on("uncaughtException", onFault);
  return {
    signal: controller.signal,
    begin,
    [Symbol.dispose]() {
      clearTimeout(deadline);
      for (const name of endSignals) process.off(name, onSignal);
      process.off("unhandledRejection", onFault);
      process.off("uncaughtException", onFault);
    },
  };
};
