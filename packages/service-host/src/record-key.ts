import { readFileSync } from "node:fs";

import { withhold } from "@evenkeel/telemetry";

import { ConfigInvalid } from "./read-settings.ts";
import type { Settings, SettingsTable } from "./setting.ts";

/** Settings of a service that keeps or compares hashes of what it applied. */
export const recordKeySettings = {
  recordKeyFile: {
    env: "EVENKEEL_RECORD_KEY_FILE",
    type: "path",
    help: "File with the secret that keys the hashes of Secrets in records: the same for the applier and the drift-detector, for nobody else.",
    example: "/etc/evenkeel/record/record.key",
  },
} as const satisfies SettingsTable;

/** Shorter ones can be tried through. */
const LEAST = 32;

const REMEDY =
  "make it once, by head -c 32 /dev/urandom | base64, and give the applier and the drift-detector the same";

/** The record key; throws ConfigInvalid where the file has none that is fit. */
export const readRecordKey = ({ recordKeyFile: file }: Settings<typeof recordKeySettings>): string => {
  const refuse = (fault: string): ConfigInvalid =>
    new ConfigInvalid([`${recordKeySettings.recordKeyFile.env} ${fault}: ${file}; ${REMEDY}`]);
  let key: string;
  try {
    key = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  if (key.length < LEAST) throw refuse(`has ${key.length} characters, ${LEAST} are the least`);
  withhold(key);
  return key;
};
