import { GetUnitResponse, ListUnitsResponse } from "@evenkeel/contracts";
import type { ObjectRef, UnitStatus } from "@evenkeel/contracts";

import { ageOf } from "../age.ts";
import type { StatusConnection } from "../connect-status.ts";
import { writeListing, writeReply } from "../output.ts";
import type { Listing, OutputOptions } from "../output.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { healthWord, objectName, shortRevision, syncWord, unitName } from "../words.ts";

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
    { title: "SYNC", cell: (status) => syncWord[status.sync] },
    { title: "HEALTH", cell: (status) => healthWord[status.health] },
    { title: "REVISION", cell: (status) => shortRevision(status.ref, status.revision) },
    { title: "DRIFT", cell: (status) => String(status.drift) },
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
  let pageToken = "";
  do {
    const page = await client.listUnits({ app, cluster, pageSize: 1000, pageToken }, within());
    units.push(...page.units);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return { units, nextPageToken: "", total: units.length };
};

/** `get units`. */
export const getUnits = async (
  terminal: Terminal,
  connection: StatusConnection,
  selection: UnitSelection,
  options: OutputOptions,
): Promise<void> => {
  const reply = await listAllUnits(connection, selection);
  const json = ListUnitsResponse.toJSON(reply);
  writeListing(terminal, options, unitListing(terminal.now()), { rows: reply.units, json });
};

const details = (unit: UnitStatus): readonly (readonly [string, string])[] => [
  ...(unit.reason === undefined || unit.reason.code === ""
    ? []
    : [["Reason", `${unit.reason.code}: ${unit.reason.message}`] as const, ["Remedy", unit.reason.remedy] as const]),
  ...unit.failed
    .filter(({ reason }) => reason?.message !== unit.reason?.message)
    .map(({ reason, ref }) => ["Failed", aboutObject(ref, reason?.message ?? "")] as const),
  ...unit.parked.map(({ reason, ref }) => ["Parked", aboutObject(ref, reason?.message ?? "")] as const),
  ...[...new Set(unit.parked.map(({ reason }) => reason?.remedy ?? ""))]
    .filter((remedy) => remedy !== "" && !remedy.startsWith("nothing"))
    .map((remedy) => ["Remedy", remedy] as const),
  ...unit.unhealthy.map((object) => [healthWord[object.health], aboutObject(object.ref, object.message)] as const),
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
  const lines = rows.flatMap(details).filter(([, text]) => text !== "");
  if (lines.length > 0) terminal.out("\n");
  for (const [label, text] of lines) terminal.out(`${label.padEnd(11)} ${plain(text)}\n`);
};
