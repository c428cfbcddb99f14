/** How the text of a setting is read. */
export type SettingType = "text" | "choice" | "duration" | "size" | "path" | "url" | "list" | "int" | "port" | "bool";

/** One row of a table of settings; the key of the row names the field, with its unit (`pollIntervalMs`). */
export interface Setting {
  /** Name of the environment variable, `EVENKEEL_...`. */
  readonly env: string;
  readonly type: SettingType;
  /** As the environment would say it; without one the setting must be given, unless it is optional. */
  readonly default?: string;
  /** May be absent: the field is then undefined. */
  readonly optional?: true;
  /** For type choice. */
  readonly choices?: readonly string[];
  /** Smallest and largest number, in the unit of the field. */
  readonly min?: number;
  readonly max?: number;
  /** One sentence. */
  readonly help: string;
  readonly example: string;
}

export type SettingsTable = Readonly<Record<string, Setting>>;

interface ValueOf {
  text: string;
  choice: string;
  duration: number;
  size: number;
  path: string;
  url: string;
  list: readonly string[];
  int: number;
  port: number;
  bool: boolean;
}

type Value<S extends Setting> = S extends { readonly choices: readonly (infer C)[] } ? C : ValueOf[S["type"]];

/** Fields of a table: durations in milliseconds, sizes in bytes. */
export type Settings<T extends SettingsTable> = {
  readonly [K in keyof T]: T[K] extends { readonly optional: true } ? Value<T[K]> | undefined : Value<T[K]>;
};
