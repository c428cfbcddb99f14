import { parseValue } from "./parse-value.ts";
import type { Setting, Settings, SettingsTable } from "./setting.ts";

/** The process cannot start: all problems of its configuration at once, each with name, fault and example. */
export class ConfigInvalid extends Error {
  override readonly name = "ConfigInvalid";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`configuration has ${problems.length} problem${problems.length === 1 ? "" : "s"}: ${problems.join("; ")}`);
    this.problems = problems;
  }
}

/** What the process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting as it is in force. */
export interface EffectiveSetting {
  readonly setting: Setting;
  /** As written; undefined when absent. */
  readonly text: string | undefined;
  readonly origin: "environment" | "default" | "absent";
}

/** Each setting with its text and where that comes from; an empty variable counts as absent. */
export const effectiveSettings = (table: SettingsTable, env: Environment): readonly EffectiveSetting[] =>
  Object.values(table).map((setting) => {
    const given = env[setting.env];
    if (given !== undefined && given !== "") return { setting, text: given, origin: "environment" };
    if (setting.default !== undefined) return { setting, text: setting.default, origin: "default" };
    return { setting, text: undefined, origin: "absent" };
  });

/** Reads a table of settings from the environment; throws ConfigInvalid that names every problem. */
export const readSettings = <const T extends SettingsTable>(table: T, env: Environment): Settings<T> => {
  const names = Object.keys(table);
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [index, { setting, text }] of effectiveSettings(table, env).entries()) {
    const parsed = text === undefined ? undefined : parseValue(setting, text);
    if (parsed === undefined) {
      if (setting.optional !== true) problems.push(`${setting.env} is not set; example: ${setting.example}`);
    } else if ("fault" in parsed) {
      problems.push(`${setting.env} ${parsed.fault}: "${text}"; example: ${setting.example}`);
    } else values[names[index] ?? ""] = parsed.value;
  }
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return values as Settings<T>;
};
