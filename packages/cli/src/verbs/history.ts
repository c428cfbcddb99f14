import { GetHistoryResponse, seqOf } from "@evenkeel/contracts";
import type { HistoryBeginning, HistoryItem } from "@evenkeel/contracts";

import { ageOf, inSeconds } from "../age.ts";
import type { StatusConnection } from "../connect-status.ts";
import { writeListing } from "../output.ts";
import type { Listing, OutputOptions } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { authorName, objectName, verdictWord } from "../words.ts";

const took = ({ endedAt, startedAt }: HistoryItem): string =>
  startedAt === undefined || endedAt === undefined ? "" : `${inSeconds(endedAt.getTime() - startedAt.getTime())}s`;

const writes = (item: HistoryItem): string => {
  const counts = new Map<string, number>();
  for (const { verb } of item.writes) counts.set(verb, (counts.get(verb) ?? 0) + 1);
  if (item.writeCount > item.writes.length) return String(item.writeCount);
  return Array.from(counts, ([verb, count]) => `${count} ${verb}`).join(", ");
};

const NAMED = 3;

/** The objects that were written, the first few by name. */
const objects = ({ writeCount, writes: refs }: HistoryItem): string => {
  const named = refs.slice(0, NAMED).map(({ ref }) => objectName(ref));
  const more = Math.max(writeCount, refs.length) - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(", ");
};

/** Who caused a run: the commit's author, or whoever wrote what a correction put back. */
const by = ({ author, drift }: HistoryItem): string => {
  const managers = drift.flatMap(({ managers: names }) => names.map(({ name }) => name)).filter((name) => name !== "");
  return drift.length > 0 ? [...new Set(managers)].join(",") : authorName(author);
};

/** What a run took of other managers: the first field, as it was and as it is. */
const takenText = (each: HistoryItem["writes"]): string => {
  const field = each.find(({ taken }) => taken.length > 0)?.taken[0];
  if (field === undefined) return "";
  const others = each.reduce((sum, { takenCount }) => sum + takenCount, 0) - 1;
  const more = others > 0 ? ` and ${others} more` : "";
  return `took ${field.path} of ${field.manager} ${field.before || "absent"} -> ${field.after || "absent"}${more}`;
};

/** What changed: the commit's subject, or the field that a correction put back, as it was desired and as it was found, and
 *  how long that lasted. */
const change = ({ drift, endedAt, subject, writes: each }: HistoryItem): string => {
  const [finding] = drift;
  if (finding === undefined) return [subject, takenText(each)].filter((part) => part !== "").join("; ");
  const [field] = finding.fields;
  const what =
    field === undefined
      ? `${objectName(finding.ref)} ${verdictWord[finding.verdict]}`
      : `${field.path} ${field.desired || "absent"} -> ${field.live || "absent"}`;
  const others = drift.reduce((sum, { fields }) => sum + Math.max(1, fields.length), 0) - 1;
  const more = others > 0 ? ` and ${others} more` : "";
  const { onset } = finding;
  const lasted =
    onset === undefined || endedAt === undefined
      ? ""
      : `, for ${inSeconds(Math.max(0, endedAt.getTime() - onset.getTime()))}s`;
  return `${what}${more}${lasted}`;
};

const listing = (now: Date): Listing<HistoryItem> => ({
  columns: [
    { title: "SEQ", cell: ({ version }) => (version === undefined ? "" : String(seqOf(version))) },
    { title: "REVISION", cell: ({ revision }) => revision.slice(0, 7) },
    { title: "RESULT", cell: ({ result }) => result },
    { title: "WRITES", cell: writes },
    { title: "TOOK", cell: took },
    { title: "BY", cell: by },
    { title: "CHANGE", cell: change },
    { title: "AGE", cell: ({ startedAt }) => ageOf(startedAt, now) },
  ],
  wide: [
    { title: "OBJECTS", cell: objects },
    { title: "LEDGER", cell: ({ ledger }) => ledger },
    { title: "TRACE", cell: ({ traceId }) => traceId },
  ],
  empty: "nothing was written to it yet",
  name: ({ ledger }) => `ledger/${ledger}`,
});

const machineForms: ReadonlySet<string> = new Set(["json", "yaml", "name"]);

/** Where the record of earlier runs is, as the bus has only the last ones. */
const earlier = ({ at, before, chain, file }: HistoryBeginning): string => {
  const what = `entries up to ${before} of ledger chain ${chain}, until ${at?.toISOString() ?? "an unknown time"}`;
  return file === ""
    ? `only the last earlier runs are told: ${what}, were let go; the applier keeps them where EVENKEEL_LEDGER_EXPORT_DIR is set`
    : `only the last earlier runs are told: ${what}, were exported, the newest to ${file} of the applier's EVENKEEL_LEDGER_EXPORT_DIR`;
};

/** `history UNIT`: what was written to it, newest first. */
export const history = async (
  terminal: Terminal,
  { client, within }: StatusConnection,
  unit: { readonly cluster: string; readonly app: string },
  options: OutputOptions,
): Promise<void> => {
  const items: HistoryItem[] = [];
  let beginning: HistoryBeginning | undefined;
  let pageToken = "";
  do {
    const page = await client.getHistory({ ...unit, pageSize: 1000, pageToken }, within());
    items.push(...page.items);
    pageToken = page.nextPageToken;
    beginning = page.beginning;
  } while (pageToken !== "");
  const json = GetHistoryResponse.toJSON({ items, nextPageToken: "", beginning });
  writeListing(terminal, options, listing(terminal.now()), { rows: items, json });
  if (beginning !== undefined && !machineForms.has(options.output)) terminal.err(`${earlier(beginning)}\n`);
};
