import { silentTelemetry } from "@evenkeel/telemetry";
import type { Telemetry } from "@evenkeel/telemetry";

const asText = (fields: object): string =>
  JSON.stringify(fields, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));

/**
 * What a service logs goes into the story; `said` counts each message, with its reason if it has one: how often a branch of the
 * code was taken that nobody can see from outside.
 */
export const tellingTelemetry = (
  service: string,
  said: Map<string, number>,
  tell: (what: string) => void,
): Telemetry => {
  const silent = silentTelemetry(service);
  const say =
    (level: string) =>
    (message: string, fields: object = {}): void => {
      const { error, ...rest } = fields as { readonly error?: unknown; readonly reason?: unknown };
      const why = error instanceof Error ? ` (${error.name}: ${error.message})` : "";
      tell(`${level}: ${message} ${asText(rest)}${why}`);
      const code = error instanceof Error ? error.name : /^[A-Z]\w+$/.exec(String(rest.reason))?.[0];
      const key = `${service}: ${message}${code === undefined ? "" : `: ${code}`}`;
      said.set(key, (said.get(key) ?? 0) + 1);
    };
  return { ...silent, log: { ...silent.log, info: say("info"), warn: say("warns"), error: say("error") } };
};
