import type { Deps } from "../deps.ts";

const REFUSAL_LOG_MS = 60_000;

// Anybody can send what is refused: the log tells of the first, then once a minute how many there were.
export const countRefusals = ({
  clock,
  telemetry,
}: Pick<Deps, "clock" | "telemetry">): ((source: string, why: string) => void) => {
  const told = new Map<string, { at: number; untold: number }>();
  return (source, why) => {
    const now = clock.monotonic();
    const last = told.get(source);
    if (last !== undefined && now - last.at < REFUSAL_LOG_MS) {
      last.untold += 1;
      return;
    }
    telemetry.log.warn("webhook refused", { repository: source, why, others: last?.untold ?? 0 });
    told.set(source, { at: now, untold: 0 });
  };
};
