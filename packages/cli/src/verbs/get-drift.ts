import { ListDriftResponse } from "@evenkeel/contracts";
import type { DriftItem, FieldDrift } from "@evenkeel/contracts";

import { ageOf } from "../age.ts";
import type { StatusConnection } from "../connect-status.ts";
import { writeListing } from "../output.ts";
import type { Listing, OutputOptions } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { objectName, policyWord, verdictWord } from "../words.ts";
import type { UnitSelection } from "./get-units.ts";

/** One differing field of one object; none if the object as a whole differs. */
interface DriftRow {
  readonly item: DriftItem;
  readonly field: FieldDrift | undefined;
}

const managers = ({ item }: DriftRow): string => item.finding?.managers.map(({ name }) => name).join(",") ?? "";

const listing = (now: Date): Listing<DriftRow> => ({
  columns: [
    { title: "CLUSTER", cell: ({ item }) => item.unit?.cluster ?? "" },
    { title: "APP", cell: ({ item }) => item.unit?.app ?? "" },
    { title: "OBJECT", cell: ({ item }) => objectName(item.finding?.ref) },
    { title: "FIELD", cell: ({ field, item }) => field?.path ?? `(${verdictWord[item.finding?.verdict ?? 0]})` },
    { title: "MANAGER", cell: managers },
    { title: "POLICY", cell: ({ item }) => policyWord[item.policy] },
    { title: "AGE", cell: ({ item }) => ageOf(item.finding?.onset, now) },
  ],
  wide: [
    { title: "BEFORE", cell: ({ field }) => field?.desired ?? "" },
    { title: "AFTER", cell: ({ field }) => field?.live ?? "" },
  ],
  empty: "no open drift",
  name: ({ item }) => {
    const { group = "", kind = "", name = "" } = item.finding?.ref ?? {};
    return `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${name}`;
  },
});

/** `get drift`: a row for each differing field. */
export const getDrift = async (
  terminal: Terminal,
  { client, within }: StatusConnection,
  { app = "", cluster = "" }: UnitSelection,
  options: OutputOptions,
): Promise<void> => {
  const items: DriftItem[] = [];
  let pageToken = "";
  do {
    const page = await client.listDrift({ app, cluster, pageSize: 1000, pageToken }, within());
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  const json = ListDriftResponse.toJSON({ items, nextPageToken: "" });
  const rows = items.flatMap((item): readonly DriftRow[] => {
    const fields = options.output === "name" ? [] : (item.finding?.fields ?? []);
    return fields.length === 0 ? [{ item, field: undefined }] : fields.map((field) => ({ item, field }));
  });
  writeListing(terminal, options, listing(terminal.now()), { rows, json });
};
