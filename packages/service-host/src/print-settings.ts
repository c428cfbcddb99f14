import { effectiveSettings } from "./read-settings.ts";
import type { Environment } from "./read-settings.ts";
import type { SettingsTable } from "./setting.ts";
import { VERSION } from "./version.ts";

/** What `--help` prints: each setting with type, default, meaning and example. */
export const helpText = (service: string, about: string, table: SettingsTable): string => {
  const lines = [
    `evenkeel ${service} ${VERSION}: ${about}`,
    "",
    `Usage: node services/${service}/src/main.ts [--help | --print-config | --version]`,
    "",
    "Settings, all from the environment:",
  ];
  for (const setting of Object.values(table)) {
    const must =
      setting.default === undefined
        ? setting.optional === true
          ? "optional"
          : "required"
        : `default ${setting.default}`;
    lines.push("", `  ${setting.env}  (${setting.type}, ${must})`, `      ${setting.help}`);
    lines.push(`      Example: ${setting.example}`);
  }
  return `${lines.join("\n")}\n`;
};

/** A URL may carry a password: it is not shown. */
const redact = (text: string): string => text.replaceAll(/(\w+:\/\/)[^/@\s,]*@/g, "$1(redacted)@");

/** What `--print-config` prints: the values in force with the origin of each. */
export const printConfig = (table: SettingsTable, env: Environment): string =>
  effectiveSettings(table, env)
    .map(({ setting, text, origin }) => `${setting.env}=${text === undefined ? "" : redact(text)}  # ${origin}\n`)
    .join("");
