interface StreamDetail {
  readonly name: string;
  readonly state: { readonly last_seq: number; readonly bytes: number };
}
interface Jsz {
  readonly account_details?: readonly { readonly stream_detail?: readonly StreamDetail[] }[];
}

/** What one store holds, and how many messages it ever took. */
export interface StoreBytes {
  readonly bytes: number;
  readonly messages: number;
}

/** Every stream and bucket as the server's monitoring says; what is renewed by time is left out. */
export const busBytes = async (monitorUrl: string): Promise<ReadonlyMap<string, StoreBytes>> => {
  const answer = (await (await fetch(`${monitorUrl}/jsz?accounts=true&streams=true&limit=1024`)).json()) as Jsz;
  return new Map(
    (answer.account_details ?? [])
      .flatMap(({ stream_detail = [] }) => stream_detail)
      .filter(({ name }) => name !== "KV_members" && name !== "KV_leases")
      .map(({ name, state }) => [name, { bytes: state.bytes, messages: state.last_seq }]),
  );
};

export interface StoreGrowth extends StoreBytes {
  readonly store: string;
}

/** What each store grew by, and the messages it took, between two readings. */
export const bytesBetween = (
  before: ReadonlyMap<string, StoreBytes>,
  after: ReadonlyMap<string, StoreBytes>,
): readonly StoreGrowth[] =>
  Array.from(after, ([store, now]) => {
    const { bytes = 0, messages = 0 } = before.get(store) ?? {};
    return { store, bytes: now.bytes - bytes, messages: now.messages - messages };
  });

/** So many applies of a unit of so many objects. */
export interface BytesRow {
  readonly size: number;
  readonly applies: number;
  readonly stores: readonly StoreGrowth[];
}

/** A table in Markdown: bytes that stay of an apply, in all and in each store that grew. */
export const formatBytes = (rows: readonly BytesRow[]): string => {
  const line = ({ applies, size, stores }: BytesRow): string => {
    const all = stores.reduce((sum, { bytes }) => sum + bytes, 0);
    const each = stores
      .filter(({ messages }) => messages > 0)
      .toSorted((a, b) => b.bytes - a.bytes)
      .map(
        ({ bytes, messages, store }) => `${store} ${Math.round(bytes / applies)} (${(messages / applies).toFixed(1)})`,
      );
    return `| ${size} | ${applies} | ${Math.round(all / applies)} | ${each.join(", ")} |`;
  };
  return ["| objects | applies | bytes an apply | of them (messages) |", "|---|---|---|---|", ...rows.map(line)].join(
    "\n",
  );
};
