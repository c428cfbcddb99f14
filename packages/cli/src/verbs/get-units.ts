import { GetUnitResponse, ListUnitsResponse } from "@evenkeel/contracts";
import type { ObjectRef, RemovedUnit, UnitStatus, UnknownUnits } from "@evenkeel/contracts";

import { ageOf } from "../age.ts";
import { exitCode } from "../cli-failure.ts";
import type { StatusConnection } from "../connect-status.ts";
import {
  doubtNotes,
  elsewhereNotes,
  fleetNotes,
  removedNotes,
  removingNotes,
  removingWords,
  unitWarningNotes,
  warningNotes,
} from "../notes.ts";
import { withLists, writeListing, writeReply } from "../output.ts";
import type { Listing, OutputOptions } from "../output.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { objectName, shortRevision, standingWord, unitName } from "../words.ts";

/** Which units; undefined means any. */
export interface UnitSelection {
  readonly cluster: string | undefined;
  readonly app: string | undefined;
}

/** What is wrong with an object, its name said once. */
const aboutObject = (ref: ObjectRef | undefined, words: string): string =>
  words.startsWith(objectName(ref)) ? words : `${objectName(ref)}: ${words}`;

const message = ({ reason, unhealthy: [worst] }: UnitStatus): string =>
  reason?.message || (worst === undefined ? "" : aboutObject(worst.ref, worst.message));

/** Columns of units. REVISION is the one applied; AGE is the time since it went live. */
export const unitListing = (now: Date): Listing<UnitStatus> => ({
  columns: [
    { title: "CLUSTER", cell: (status) => status.unit?.cluster ?? "" },
    { title: "APP", cell: (status) => status.unit?.app ?? "" },
    { title: "SYNC", cell: (status) => (status.removing === undefined ? standingWord(status.sync) : "Removing") },
    { title: "HEALTH", cell: (status) => standingWord(status.health) },
    { title: "REVISION", cell: (status) => shortRevision(status.ref, status.revision) },
    { title: "DRIFT", cell: (status) => (status.doubt === undefined ? String(status.drift) : "?") },
    { title: "AGE", cell: (status) => ageOf(status.liveSince, now) },
  ],
  wide: [
    { title: "REPOSITORY", cell: (status) => status.source },
    { title: "DESIRED", cell: (status) => shortRevision(status.ref, status.desiredRevision) },
    { title: "REASON", cell: (status) => status.reason?.code ?? "" },
    { title: "MESSAGE", cell: message },
  ],
  name: (status) => `unit/${unitName(status.unit)}`,
});

/** All units of a selection, page by page. */
export const listAllUnits = async (
  { client, within }: StatusConnection,
  { app = "", cluster = "" }: UnitSelection,
): Promise<ListUnitsResponse> => {
  const units: UnitStatus[] = [];
  const removed: RemovedUnit[] = [];
  const unknown: UnknownUnits[] = [];
  let pageToken = "";
  do {
    const page = await client.listUnits({ app, cluster, pageSize: 1000, pageToken }, within());
    units.push(...page.units);
    removed.push(...page.removed);
    unknown.push(...page.unknown);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return { units, nextPageToken: "", total: units.length, removed, unknown };
};

/** What an empty list means: a selection that matches nothing, or a fleet that declares nothing or could not be read. */
const emptyWords = ({ app, cluster }: UnitSelection, notes: readonly string[]): string => {
  const where = [
    ...(app === undefined ? [] : [`application ${JSON.stringify(app)}`]),
    ...(cluster === undefined ? [] : [`cluster ${JSON.stringify(cluster)}`]),
  ];
  if (where.length > 0) return `no unit of ${where.join(" on ")} is declared`;
  return notes.length > 0 ? "no unit is known" : "no Application is declared";
};

/** `get units`. Exit code 1 where nothing was found and something may be wrong: a selection without a match, a fleet that is
 *  not read or has faults. */
export const getUnits = async (
  terminal: Terminal,
  connection: StatusConnection,
  selection: UnitSelection,
  options: OutputOptions,
): Promise<number> => {
  const reply = await listAllUnits(connection, selection);
  const { sources, warnings } = await connection.client.listSources({}, connection.within());
  const fleet = fleetNotes(sources);
  const json = withLists(ListUnitsResponse.toJSON(reply), "units", "unknown");
  const listing = { ...unitListing(terminal.now()), empty: emptyWords(selection, fleet) };
  // It may be declared and run elsewhere, or nowhere: then that is the answer.
  const { app } = selection;
  const elsewhere =
    reply.units.length > 0 || app === undefined || selection.cluster === undefined
      ? []
      : (await listAllUnits(connection, { app, cluster: undefined })).units;
  writeListing(terminal, options, listing, { rows: reply.units, json });
  const notes = [
    ...elsewhereNotes(app ?? "", elsewhere),
    ...doubtNotes(reply.units, terminal.now()),
    ...removingNotes(reply.units, terminal.now()),
    ...removedNotes(reply.removed, terminal.now()),
    ...unitWarningNotes(reply.units),
    ...fleet,
    ...warningNotes(warnings),
  ];
  for (const note of notes) terminal.err(`${plain(note, "left")}\n`);
  const isSelected = selection.app !== undefined || selection.cluster !== undefined;
  return reply.units.length === 0 && (isSelected || fleet.length > 0) ? exitCode.no : exitCode.ok;
};

const details = (unit: UnitStatus, now: Date): readonly (readonly [string, string])[] => [
  ...(unit.reason === undefined || unit.reason.code === ""
    ? []
    : [["Reason", `${unit.reason.code}: ${unit.reason.message}`] as const, ["Remedy", unit.reason.remedy] as const]),
  ...(unit.reasonSince === undefined ? [] : [["For", ageOf(unit.reasonSince, now)] as const]),
  ...(unit.removing === undefined ? [] : [["Removing", removingWords(unit.removing, now)] as const]),
  ...unit.failed
    .filter(({ reason }) => reason?.message !== unit.reason?.message)
    .map(({ reason, ref }) => ["Failed", aboutObject(ref, reason?.message ?? "")] as const),
  ...unit.parked.map(({ reason, ref }) => ["Parked", aboutObject(ref, reason?.message ?? "")] as const),
  ...[...new Set(unit.parked.map(({ reason }) => reason?.remedy ?? ""))]
    .filter((remedy) => remedy !== "" && !remedy.startsWith("nothing"))
    .map((remedy) => ["Remedy", remedy] as const),
  ...unit.unhealthy.map((object) => [standingWord(object.health), aboutObject(object.ref, object.message)] as const),
  ...unit.warnings.map((warning) => ["Warning", warning] as const),
  ...(unit.planDigest === "" ? [] : [["Plan", `${unit.planDigest} (what an Approval names)`] as const]),
];

/** `get unit APP@CLUSTER`: its row, and below it why it is not well. */
export const getOneUnit = async (
  terminal: Terminal,
  { client, within }: StatusConnection,
  unit: { readonly cluster: string; readonly app: string },
  options: OutputOptions,
): Promise<void> => {
  const reply = await client.getUnit(unit, within());
  if (writeReply(terminal, options.output, GetUnitResponse.toJSON(reply))) return;
  const rows = reply.unit === undefined ? [] : [reply.unit];
  writeListing(terminal, options, unitListing(terminal.now()), { rows, json: undefined });
  if (options.output === "name") return;
  const lines = rows.flatMap((row) => details(row, terminal.now())).filter(([, text]) => text !== "");
  if (lines.length > 0) terminal.out("\n");
  for (const [label, text] of lines) terminal.out(`${label.padEnd(11)} ${plain(text)}\n`);
};
