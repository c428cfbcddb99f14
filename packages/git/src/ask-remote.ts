import type { Connections } from "./connections.ts";
import type { PinnedRemote } from "./call-config.ts";
import { explainRemote } from "./explain-failure.ts";
import { GitFailed } from "./git-failed.ts";
import { isFullId } from "./git-ref.ts";
import { parseRemoteRefs } from "./parse-objects.ts";
import { askPack, askRefs, shallow } from "./smart-http.ts";
import type { Remote, StoreLimits } from "./port.ts";
import type { StoreCalls } from "./store-calls.ts";
import type { StoreFiles } from "./store-files.ts";

const E = "--end-of-options";

/** The object ids of the asked refs: over a kept connection where that can be, else by a git process. */
export const askRemote = async (
  calls: StoreCalls,
  { askMs }: StoreLimits,
  remote: Remote,
  refs: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> => {
  const what = `repository ${remote.url.href}: asking for ${refs.length === 1 ? refs[0] : `${refs.length} refs`}`;
  const ask = (connections: Connections, pinned: PinnedRemote, until: AbortSignal) =>
    askRefs(connections, pinned, refs, until);
  const answer = await calls.overHttp(remote, what, askMs, ask, signal);
  if (answer !== undefined) return answer;
  const result = await calls.remote(remote, ["ls-remote", E, remote.url.href, ...refs], askMs, signal);
  if (result.status !== 0) throw explainRemote(what, result, askMs);
  const found = parseRemoteRefs(result.stdout); // ls-remote matches tails, so it may answer more than was asked
  return new Map([...found].filter(([name]) => refs.includes(name)));
};

/** Where a fetch puts what it gets. */
export interface Into {
  readonly calls: StoreCalls;
  readonly limits: StoreLimits;
  readonly files: StoreFiles;
  readonly has: (oid: string) => Promise<boolean>;
  /** Number of the candidate ref. */
  readonly n: number;
}

/** What is fetched, and how errors call that. */
interface Sought {
  readonly ref: string;
  readonly what: string;
}

/** Fetches a ref, or a commit by its id, into the candidate ref; gives its object id. The caller keeps others from it. */
export const fetchRef = async (into: Into, remote: Remote, ref: string, signal: AbortSignal): Promise<string> => {
  const { calls, files, limits } = into;
  const what = `repository ${remote.url.href}: fetching ${ref}`;
  try {
    const ask = (connections: Connections, pinned: PinnedRemote, until: AbortSignal) =>
      fetchOverHttp(into, { connections, remote: pinned }, { ref, what }, until);
    return (
      (await calls.overHttp(remote, what, limits.fetchMs, ask, signal)) ??
      (await fetchByGit(into, remote, { ref, what }, signal))
    );
  } catch (error) {
    await files.removeTemporaryPacks();
    throw error;
  }
};

// Whatever is in the store came with all that it leads to, for index-pack asks that of each pack: so an object that is
// here needs no fetch, and a pack no walk through the history.
const fetchOverHttp = async (
  { calls, files, has, limits, n }: Into,
  { connections, remote }: { readonly connections: Connections; readonly remote: PinnedRemote },
  { ref, what }: Sought,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const asked = isFullId(ref) ? new Map([[ref, ref]]) : askRefs(connections, remote, [ref], signal);
  const [named, haves] = await Promise.all([asked, knownTips(files, has)]);
  const oid = named.get(ref);
  if (oid === undefined)
    throw new GitFailed(
      "RefGone",
      `${what} failed: the remote has no such Git ref`,
      "push it again, or declare another",
    );
  if (!(await has(oid))) {
    const pack = capped(askPack(connections, remote, oid, haves, signal), what, limits.packBytes);
    const result = await calls.indexPack(pack, signal);
    if (result.status !== 0) {
      const failure = (await packTooLarge(files, what, limits)) ?? explainRemote(what, result, limits.fetchMs);
      if (failure.reason === "LimitExceeded" || failure.reason === "ObjectCorrupt") throw failure;
      await files.removeTemporaryPacks();
      return undefined;
    }
    if (!(await has(oid))) return undefined;
  }
  if (await files.isShallow()) throw shallow(remote);
  await files.setAside(n);
  await files.writeRef("candidate", n, oid);
  return oid;
};

const fetchByGit = async (
  { calls, files, limits, n }: Into,
  remote: Remote,
  { ref, what }: Sought,
  signal: AbortSignal,
): Promise<string> => {
  const options = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance"];
  const argv = ["fetch", ...options, E, remote.url.href, `+${ref}:refs/evenkeel/candidate/${n}`];
  await files.setAside(n);
  const result = await calls.remote(remote, argv, limits.fetchMs, signal);
  if (result.status !== 0)
    throw (await packTooLarge(files, what, limits)) ?? explainRemote(what, result, limits.fetchMs);
  const [fetched, isShallow] = await Promise.all([files.readRef("candidate", n), files.isShallow()]);
  // From a shallow remote git takes nothing, says nothing and exits 0.
  if (fetched === undefined || isShallow) throw shallow(remote);
  return fetched;
};

const knownTips = async (files: StoreFiles, has: Into["has"]): Promise<readonly string[]> => {
  const kinds = ["accepted", "candidate", "previous"] as const;
  const tips = await Promise.all(kinds.flatMap((kind) => [1, 2].map((n) => files.readRef(kind, n))));
  const known = await Promise.all(
    [...new Set(tips)].map(async (oid) => (oid !== undefined && (await has(oid)) ? oid : undefined)),
  );
  return known.filter((oid) => oid !== undefined);
};

const capped = async function* (pack: AsyncIterable<Buffer>, what: string, most: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of pack) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(what, most);
    yield chunk;
  }
};

// The kernel ends index-pack at the cap and git only says "invalid index-pack output": the half pack's size tells.
const packTooLarge = async (files: StoreFiles, what: string, { packBytes }: StoreLimits) =>
  (await files.largestTemporaryPack()) < packBytes ? undefined : tooLarge(what, packBytes);

const tooLarge = (what: string, packBytes: number): GitFailed =>
  new GitFailed(
    "LimitExceeded",
    `${what} stopped: the pack is larger than ${packBytes} bytes`,
    "make the repository smaller, or raise the pack limit of the source-watcher",
  );
