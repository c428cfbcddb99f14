import { flowsOf, AnchorsRead, flows } from "@evenkeel/contracts";
import type { AnchorsAsked, LineageStatement } from "@evenkeel/contracts";
import type { Delivery } from "@evenkeel/bus";

import type { WatchedGit } from "./watched-git.fixture.ts";

/** Declares clusters by these names. */
export const clusterFile = (...names: readonly string[]) => ({
  "clusters.yaml": names
    .map(
      (name) =>
        `apiVersion: evenkeel.dev/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\nspec: {connection: {inCluster: {}}}\n`,
    )
    .join("---\n"),
});

export type Statement = Partial<Omit<LineageStatement, "signature">>;

type Word = Pick<AnchorsRead, "cluster"> & Parameters<typeof AnchorsRead.fromPartial>[0];
const words = new WeakMap<WatchedGit, Map<string, Word>>();

/** Tells this word of a cluster, as an answer to a question. */
export const say = async (world: WatchedGit, word: Word, asked: string): Promise<void> => {
  const fact = AnchorsRead.fromPartial({ parts: 1, ...word, asked, cause: `${word.cluster} ${word.seq} ${asked}` });
  await (await world.as("applier")).publish(flows.anchorsRead, fact);
};
/** As an applier does: answers each question about a cluster, with what was last to be told of it. */
const answer = async (world: WatchedGit, word: Word): Promise<void> => {
  const { cluster } = word;
  const answered = words.get(world);
  if (answered !== undefined) {
    answered.set(cluster, word);
    const asked = await (await world.as("applier")).readLast(flows.anchorsAsked, { cluster });
    return asked && say(world, word, asked.fact.question);
  }
  const mine = new Map([[cluster, word]]);
  words.set(world, mine);
  const onEntry = ({ fact, type }: Delivery<unknown>): void => {
    if (type !== flows.anchorsAsked.type) return;
    const { cluster: of, question } = fact as AnchorsAsked;
    const now = mine.get(of);
    if (now !== undefined) void say(world, now, question);
  };
  await (await world.as("applier")).view(flowsOf("ANCHORS"), {}, { onEntry }, new AbortController().signal);
};
/** As an applier tells what it read on a cluster. */
export const tellAnchors = async (
  world: WatchedGit,
  cluster: string,
  seq: bigint,
  ...lineages: readonly Statement[]
) => {
  const statements = lineages.map((each) => ({ source: "shop", gitRef: "refs/heads/main", seq, ...each }));
  await answer(world, { cluster, seq, lineages: statements });
};
/** From now on an applier can read the cluster, and does when it is asked. */
export const readableOnceAsked = async (world: WatchedGit, cluster: string, seq: bigint, lineage: Statement) => {
  const statement = { source: "shop", gitRef: "refs/heads/main", seq, ...lineage };
  words.get(world)?.set(cluster, { cluster, seq, lineages: [statement] });
};
/** As an applier tells that it cannot read a cluster. */
export const cannotRead = async (world: WatchedGit, cluster: string) => {
  const unread = { code: "ApiUnavailable", message: `cluster ${cluster} does not answer`, remedy: "look at it" };
  await answer(world, { cluster, unread });
};
/** Rewrites the branch of shop: the tip that was given, and the one that stands beside it now. */
export const rewrite = async (world: WatchedGit): Promise<{ readonly given: string; readonly rewritten: string }> => {
  const given = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
  await world.shop.push();
  await world.shop.reset("HEAD~1");
  const rewritten = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
  await world.shop.push({ force: true });
  return { given, rewritten };
};
