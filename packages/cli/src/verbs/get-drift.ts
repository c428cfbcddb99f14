import { ListDriftResponse, ResolvedBy, Verdict } from "@evenkeel/contracts";
import type { DriftItem, FieldDrift, UnknownUnits } from "@evenkeel/contracts";

import { ageOf, inSeconds } from "../age.ts";
import type { StatusConnection } from "../connect-status.ts";
import { doubtNotes } from "../notes.ts";
import { withLists, writeListing } from "../output.ts";
import type { Listing, OutputOptions } from "../output.ts";
import { plain } from "../table.ts";
import type { Column } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { objectName, policyWord, verdictWord } from "../words.ts";
import { listAllUnits } from "./get-units.ts";
import type { UnitSelection } from "./get-units.ts";

/** One differing field of one object; none if the object as a whole differs. */
interface DriftRow {
  readonly item: DriftItem;
  readonly field: FieldDrift | undefined;
}

const managers = ({ item }: DriftRow): string => item.finding?.managers.map(({ name }) => name).join(",") ?? "";

const outcomeWord: Record<ResolvedBy, string> = {
  [ResolvedBy.UNSPECIFIED]: "open",
  [ResolvedBy.CORRECTED]: "corrected",
  [ResolvedBy.REVERTED]: "reverted by hand",
  [ResolvedBy.DESIRED_CHANGED]: "Git changed",
  [ResolvedBy.REMOVED]: "unit removed",
};

const lasted = ({ endedAt, finding }: DriftItem, now: Date): string => {
  const { onset } = finding ?? {};
  if (onset === undefined) return "";
  return endedAt === undefined ? ageOf(onset, now) : `${inSeconds(Math.max(0, endedAt.getTime() - onset.getTime()))}s`;
};

const before: Column<DriftRow> = { title: "BEFORE", cell: ({ field }) => field?.desired ?? "" };
const after: Column<DriftRow> = { title: "AFTER", cell: ({ field }) => field?.live ?? "" };

/** With what ended, a row says what became of it. */
const ended = (now: Date): readonly Column<DriftRow>[] => [
  before,
  after,
  { title: "LASTED", cell: ({ item }) => lasted(item, now) },
  { title: "OUTCOME", cell: ({ item }) => outcomeWord[item.endedBy] },
];

/** Nobody knows of units in doubt whether they drift: no rows prove nothing of them. */
const emptyWords = (since: Date | undefined, inDoubt: number): string => {
  const over = since === undefined ? "; --since 1h also shows what is over" : "";
  if (inDoubt > 0)
    return `drift is not known of ${inDoubt} unit${inDoubt === 1 ? "" : "s"}, see below; of the others none${over}`;
  return `${since === undefined ? "no open drift" : "no drift"}${over}`;
};

const listing = (now: Date, since: Date | undefined, inDoubt: number): Listing<DriftRow> => ({
  columns: [
    { title: "CLUSTER", cell: ({ item }) => item.unit?.cluster ?? "" },
    { title: "APP", cell: ({ item }) => item.unit?.app ?? "" },
    { title: "OBJECT", cell: ({ item }) => objectName(item.finding?.ref) },
    {
      title: "FIELD",
      cell: ({ field, item }) => field?.path ?? `(${verdictWord[item.finding?.verdict ?? Verdict.UNSPECIFIED]})`,
    },
    { title: "MANAGER", cell: managers },
    { title: "POLICY", cell: ({ item }) => policyWord(item.policy) },
    ...(since === undefined ? [] : ended(now)),
    { title: "AGE", cell: ({ item }) => ageOf(item.finding?.onset, now) },
  ],
  wide: since === undefined ? [before, after] : [],
  empty: emptyWords(since, inDoubt),
  name: ({ item }) => {
    const { group = "", kind = "", name = "" } = item.finding?.ref ?? {};
    return `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${name}`;
  },
});

/** `get drift`: a row for each differing field that is open, and with `since` also of what ended since then. */
export const getDrift = async (
  terminal: Terminal,
  connection: StatusConnection,
  selection: UnitSelection,
  options: OutputOptions,
  since?: Date,
): Promise<void> => {
  const { client, within } = connection;
  const { app = "", cluster = "" } = selection;
  const items: DriftItem[] = [];
  const unknown: UnknownUnits[] = [];
  let pageToken = "";
  do {
    const page = await client.listDrift({ app, cluster, pageSize: 1000, pageToken, endedSince: since }, within());
    items.push(...page.items);
    unknown.push(...page.unknown);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  const json = withLists(ListDriftResponse.toJSON({ items, nextPageToken: "", unknown }), "items", "unknown");
  const rows = items.flatMap((item): readonly DriftRow[] => {
    const fields = options.output === "name" ? [] : (item.finding?.fields ?? []);
    return fields.length === 0 ? [{ item, field: undefined }] : fields.map((field) => ({ item, field }));
  });
  const { units } = await listAllUnits(connection, selection);
  const inDoubt = units.filter(({ doubt }) => doubt !== undefined).length;
  writeListing(terminal, options, listing(terminal.now(), since, inDoubt), { rows, json });
  for (const note of doubtNotes(units, terminal.now())) terminal.err(`${plain(note)}\n`);
};
