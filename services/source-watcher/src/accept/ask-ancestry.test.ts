import { GitFailed } from "@evenkeel/git";
import type { Commit, GitStore, Remote } from "@evenkeel/git";
import type { Ancestry } from "@evenkeel/words";
import { expect, test } from "vitest";

import { askAncestry } from "./ask-ancestry.ts";

const { signal } = new AbortController();
const commit = (oid: string, ...parents: readonly string[]) => ({ oid, parents }) as unknown as Commit;

/** A store that knows these answers, and what it is asked to fetch. */
const begin = (answers: Readonly<Record<string, Ancestry>>, onFetch: () => void = () => {}) => {
  const fetched: string[] = [];
  const store = {
    readCommit: async (oid: string) => commit(oid),
    isAncestor: async (ancestor: string, descendant: string) => answers[`${ancestor} ${descendant}`] ?? "no",
    fetchCandidate: async (_remote: Remote, oid: string) => {
      fetched.push(oid);
      onFetch();
      return oid;
    },
  } as unknown as GitStore;
  return { fetched, ask: (candidate: Commit) => askAncestry(store, {} as Remote, "a", candidate, signal) };
};

test.each<[string, Commit, Readonly<Record<string, Ancestry>>, object, readonly string[]]>([
  ["a child descends, and nobody is asked", commit("b", "a"), {}, { descends: "yes", precedes: "no" }, []],
  ["a far descendant is told by git", commit("z"), { "a z": "yes" }, { descends: "yes", precedes: "no" }, []],
  ["what is older precedes", commit("o"), { "o a": "yes" }, { descends: "no", precedes: "yes" }, []],
  ["a rewrite does neither", commit("r"), {}, { descends: "no", precedes: "no" }, []],
  [
    "what git does not have is no descent: it is asked for, and compared once more",
    commit("r"),
    { "a r": "missing", "r a": "missing" },
    { descends: "missing", precedes: "missing" },
    ["a"],
  ],
])("%s", async (_title, candidate, answers, expected, asked) => {
  const { ask, fetched } = begin(answers);
  expect(await ask(candidate)).toEqual(expected);
  expect(fetched).toEqual(asked);
});

test("a host that has dropped the accepted tip leaves it missing, any other failure is told", async () => {
  const gone = begin({ "a r": "missing", "r a": "missing" }, () => {
    throw new GitFailed("RefGone", "it is gone", "none");
  });
  expect(await gone.ask(commit("r"))).toEqual({ descends: "missing", precedes: "missing" });
  const broken = begin({ "a r": "missing" }, () => {
    throw new TypeError("unforeseen");
  });
  await expect(broken.ask(commit("r"))).rejects.toThrow("unforeseen");
});
