import { GetHistoryResponse, seqOf } from "@evenkeel/contracts";
import type { HistoryItem } from "@evenkeel/contracts";

import { ageOf, inSeconds } from "../age.ts";
import type { StatusConnection } from "../connect-status.ts";
import { writeListing } from "../output.ts";
import type { Listing, OutputOptions } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { authorName, objectName } from "../words.ts";

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

const listing = (now: Date): Listing<HistoryItem> => ({
  columns: [
    { title: "SEQ", cell: ({ version }) => (version === undefined ? "" : String(seqOf(version))) },
    { title: "REVISION", cell: ({ revision }) => revision.slice(0, 7) },
    { title: "RESULT", cell: ({ result }) => result },
    { title: "WRITES", cell: writes },
    { title: "TOOK", cell: took },
    { title: "AUTHOR", cell: ({ author }) => authorName(author) },
    { title: "AGE", cell: ({ startedAt }) => ageOf(startedAt, now) },
  ],
  wide: [
    { title: "OBJECTS", cell: objects },
    { title: "LEDGER", cell: ({ ledger }) => ledger },
    { title: "TRACE", cell: ({ traceId }) => traceId },
    { title: "SUBJECT", cell: ({ subject }) => subject },
  ],
  empty: "nothing was written to it yet",
  name: ({ ledger }) => `ledger/${ledger}`,
});

/** `history UNIT`: what was written to it, newest first. */
export const history = async (
  terminal: Terminal,
  { client, within }: StatusConnection,
  unit: { readonly cluster: string; readonly app: string },
  options: OutputOptions,
): Promise<void> => {
  const items: HistoryItem[] = [];
  let pageToken = "";
  do {
    const page = await client.getHistory({ ...unit, pageSize: 1000, pageToken }, within());
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  const json = GetHistoryResponse.toJSON({ items, nextPageToken: "" });
  writeListing(terminal, options, listing(terminal.now()), { rows: items, json });
};
