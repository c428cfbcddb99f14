interface StreamDetail {
  readonly name: string;
  readonly state: { readonly last_seq: number };
}
interface Jsz {
  readonly account_details?: readonly { readonly stream_detail?: readonly StreamDetail[] }[];
}

/** Messages ever written to each stream, as the server's monitoring says. */
export const busWrites = async (monitorUrl: string): Promise<ReadonlyMap<string, number>> => {
  const answer = (await (await fetch(`${monitorUrl}/jsz?accounts=true&streams=true&limit=1024`)).json()) as Jsz;
  return new Map(
    (answer.account_details ?? []).flatMap((account) =>
      (account.stream_detail ?? []).map((s) => [s.name, s.state.last_seq] as const),
    ),
  );
};

// Renewed by time, not by units: leases, members.
const byTime = new Set(["KV_members", "KV_leases"]);

/** Writes to each stream and bucket between two readings, but for those that are renewed by time. */
export const writesBetween = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...after].filter(([name]) => !byTime.has(name)).map(([name, last]) => [name, last - (before.get(name) ?? 0)]),
  );

/** Messages that clients ever sent to the server, and got from it. */
export const busMessages = async (monitorUrl: string): Promise<{ readonly in: number; readonly out: number }> => {
  const answer = (await (await fetch(`${monitorUrl}/varz`)).json()) as { in_msgs: number; out_msgs: number };
  return { in: answer.in_msgs, out: answer.out_msgs };
};
