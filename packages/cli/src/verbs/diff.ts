import { GetUnitResponse, Sync } from "@evenkeel/contracts";
import type { FieldDrift, Finding, UnitStatus } from "@evenkeel/contracts";

import { ageOf } from "../age.ts";
import { CliFailure, exitCode } from "../cli-failure.ts";
import type { StatusConnection } from "../connect-status.ts";
import { writeReply } from "../output.ts";
import type { Output } from "../output.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { objectName, shortRevision, standingWord, unitName, verdictWord } from "../words.ts";

const hidden = (text: string): boolean => text.startsWith("(secret");

const fieldText = ({ desired, live, path }: FieldDrift, by: string): string =>
  hidden(desired) || hidden(live)
    ? `${path}: (secret, differs)`
    : `${path}: desired ${desired || "absent"}, live ${live || "absent"}${by}`;

const findingLines = (finding: Finding): readonly string[] => {
  const names = finding.managers.map(({ name }) => name).filter((name) => name !== "");
  const by = names.length === 0 ? "" : ` (${names.join(", ")})`;
  if (finding.fields.length > 0) return finding.fields.map((field) => fieldText(field, by));
  return [`${verdictWord[finding.verdict]}${finding.detail === "" ? "" : `: ${finding.detail}`}${by}`];
};

const count = (n: number): string => `${n} object${n === 1 ? " differs" : "s differ"}`;

const isBehind = (unit: UnitStatus): boolean => unit.desiredRevision !== unit.revision;

/** Where a unit stands: 0 same, 1 differs, 2 could not tell. */
const verdictOf = (unit: UnitStatus): number => {
  if (unit.doubt !== undefined) return exitCode.trouble;
  if (unit.drift > 0 || (unit.sync === Sync.OUT_OF_SYNC && isBehind(unit))) return exitCode.no;
  return unit.sync === Sync.SYNCED ? exitCode.ok : unit.sync === Sync.OUT_OF_SYNC ? exitCode.no : exitCode.trouble;
};

/** `diff UNIT`: its open drift, desired against live. Exit code 0 same, 1 differs, 2 could not tell. */
export const diff = async (
  terminal: Terminal,
  { client, within }: StatusConnection,
  name: { readonly cluster: string; readonly app: string },
  output: Output,
): Promise<number> => {
  const reply = await client.getUnit(name, within());
  const { drift, unit } = reply;
  if (unit === undefined) throw new CliFailure(`Unit ${name.app}@${name.cluster} not found`);
  const verdict = verdictOf(unit);
  if (writeReply(terminal, output, GetUnitResponse.toJSON(reply))) return verdict;
  if (unit.doubt !== undefined) {
    const { message = "", remedy = "" } = unit.doubt.reason ?? {};
    const known = `last known ${standingWord(unit.doubt.lastSync)}, ${ageOf(unit.doubt.since, terminal.now())} ago`;
    terminal.err(`${plain(`${unitName(unit.unit)} could not be compared: ${message} (${known}); ${remedy}`)}\n`);
    return verdict;
  }
  const width = Math.max(0, ...drift.map(({ ref }) => objectName(ref).length));
  for (const finding of drift) {
    for (const line of findingLines(finding)) {
      terminal.out(`${objectName(finding.ref).padEnd(width)}    ${plain(line)}\n`);
    }
  }
  terminal.out(`${count(unit.drift)}, ${Math.max(0, unit.objectCount - unit.drift)} same\n`);
  if (isBehind(unit)) {
    const [desired, live] = [unit.desiredRevision, unit.revision].map((id) => shortRevision(unit.ref, id) || "none");
    terminal.err(`${unitName(unit.unit)} is at ${live}, desired is ${desired}\n`);
  }
  if (verdict === exitCode.trouble) {
    terminal.err(`${unitName(unit.unit)} could not be compared: ${unit.reason?.message || "live was not read yet"}\n`);
  }
  return verdict;
};
