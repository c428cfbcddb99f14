// For tests only: seeded pushes, the same to a repository of real git and to one in memory.
import { parseTree } from "@evenkeel/git";
import type { Chance } from "@evenkeel/fuzz";

import type { FileChange } from "./edit-tree.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { PlayedRepository, TreeFile } from "./played-world.fixture.ts";
import { MOMENT } from "./played-world.fixture.ts";

/** What both are played, and where: the one in memory says what there is to choose from. */
export interface Pair {
  readonly hosted: HostedRepository;
  readonly both: readonly PlayedRepository[];
  /** Every commit and tag object that was ever made. */
  readonly made: string[];
}

const PATHS = [
  "README.md",
  "apps",
  "apps/web/a.yaml",
  "apps/web/b.yaml",
  "apps/db",
  "apps/db/x.yaml",
  "apps.d/y",
  "bin/run",
  "deep/1/2/3/leaf",
  "näme with space",
  'quo"te',
];
const BRANCHES = ["main", "next", "feature/x"];
const TAGS = ["v1", "v2", "release/3"];

const changeOf = (chance: Chance): FileChange => {
  const text = `content ${chance.below(6)}\n`;
  const kinds: readonly FileChange[] = [
    text,
    text,
    text,
    null,
    null,
    "",
    { executable: text },
    { link: "../elsewhere" },
    { submodule: "1".repeat(40) },
    Uint8Array.from([0, 255, chance.below(3)]),
  ];
  return chance.pick(kinds);
};

const filesOf = (chance: Chance): Readonly<Record<string, FileChange>> =>
  Object.fromEntries(Array.from({ length: chance.below(4) }, () => [chance.pick(PATHS), changeOf(chance)]));

const treeFiles = (hosted: HostedRepository, commit: string): readonly TreeFile[] => {
  const { find } = hosted.view();
  const below = (tree: string, prefix: string): readonly TreeFile[] =>
    parseTree(find(tree)?.body ?? Buffer.alloc(0), tree).flatMap(({ mode, name, oid }) => {
      const path = prefix + Buffer.from(name).toString("latin1");
      return mode === "040000" ? below(oid, `${path}/`) : [{ mode, oid, path }];
    });
  return below(hosted.treeOf(commit), "");
};

/** One push; resolves to what it made in each, or undefined where there was nothing to do. */
type Step = (pair: Pair, chance: Chance) => Promise<readonly unknown[] | undefined>;

const eachOf = <T>({ both }: Pair, play: (repository: PlayedRepository) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(both.map(play));

const there = ({ hosted }: Pair, chance: Chance): string | undefined => {
  const branches = BRANCHES.filter((branch) => hosted.tip(branch) !== undefined);
  return branches.length === 0 ? undefined : chance.pick(branches);
};

const steps: Readonly<Record<string, Step>> = {
  commit: (pair, chance) => {
    const [branch, files] = [chance.pick(BRANCHES), filesOf(chance)];
    return eachOf(pair, (each) => each.commit(branch, files));
  },
  "commit at another time": (pair, chance) => {
    const [branch, files, at] = [chance.pick(BRANCHES), filesOf(chance), MOMENT + chance.below(200) - 100];
    return eachOf(pair, (each) => each.commit(branch, files, at));
  },
  "empty commit": (pair, chance) => {
    const branch = chance.pick(BRANCHES);
    return eachOf(pair, (each) => each.commit(branch, {}));
  },
  move: async (pair, chance) => {
    const branch = there(pair, chance);
    const paths = branch === undefined ? [] : treeFiles(pair.hosted, pair.hosted.resolve(branch));
    if (branch === undefined || paths.length === 0) return undefined;
    const file = Buffer.from(chance.pick(paths).path, "latin1").toString();
    const from = chance.below(2) === 0 && file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : file;
    const to = chance.pick(["moved/here", "apps/web/c.yaml", "z"]);
    if (from === to || to.startsWith(`${from}/`)) return undefined;
    return eachOf(pair, (each) => each.move(branch, from, to));
  },
  merge: async (pair, chance) => {
    const [branch, other] = [there(pair, chance), there(pair, chance)];
    if (branch === undefined || other === undefined || branch === other) return undefined;
    const [real, simulated] = pair.both;
    const one = await simulated?.merge(branch, other, []);
    return [await real?.merge(branch, `refs/heads/${other}`, treeFiles(pair.hosted, one ?? "")), one];
  },
  "force push": async (pair, chance) => {
    const branch = there(pair, chance);
    const [files, back] = [filesOf(chance), chance.below(4)];
    return branch === undefined ? undefined : eachOf(pair, (each) => each.rewrite(branch, files, back));
  },
  "reset behind": async (pair, chance) => {
    const commits = pair.made.filter((oid) => pair.hosted.view().find(oid)?.type === "commit");
    if (commits.length === 0) return undefined;
    const [ref, oid] = [`refs/heads/${chance.pick(BRANCHES)}`, chance.pick(commits)];
    return eachOf(pair, (each) => each.point(ref, oid));
  },
  "delete branch": (pair, chance) => {
    const ref = `refs/heads/${chance.pick(BRANCHES)}`;
    return eachOf(pair, (each) => each.point(ref, undefined));
  },
  tag: async (pair, chance) => {
    if (pair.made.length === 0) return undefined;
    const [ref, oid] = [`refs/tags/${chance.pick(TAGS)}`, chance.pick(pair.made)];
    return eachOf(pair, (each) => each.point(ref, oid));
  },
  "annotated tag": async (pair, chance) => {
    const branch = there(pair, chance);
    if (branch === undefined) return undefined;
    const [name, target] = [chance.pick(TAGS), pair.hosted.resolve(branch)];
    return eachOf(pair, (each) => each.tag(name, target, `Tag ${name}`));
  },
  "delete tag": (pair, chance) => {
    const ref = `refs/tags/${chance.pick(TAGS)}`;
    return eachOf(pair, (each) => each.point(ref, undefined));
  },
  "other HEAD": (pair, chance) => {
    const branch = chance.pick(BRANCHES);
    return eachOf(pair, (each) => each.setHead(branch));
  },
};

const OFTEN = new Set(["commit", "merge", "move", "force push"]);
const weighted = Object.keys(steps).flatMap((name) => (OFTEN.has(name) ? [name, name, name] : [name]));

/** Plays one random push to both; what it was and what it made in each. */
export const randomStep = async (
  pair: Pair,
  chance: Chance,
): Promise<{ readonly name: string; readonly made: readonly unknown[] }> => {
  for (;;) {
    const name = chance.pick(weighted);
    const made = await steps[name]?.(pair, chance);
    if (made === undefined) continue;
    const oid = made.at(-1);
    if (typeof oid === "string") pair.made.push(oid);
    return { name, made };
  }
};

export const REFS = [
  "HEAD",
  ...BRANCHES.map((name) => `refs/heads/${name}`),
  ...TAGS.map((name) => `refs/tags/${name}`),
  "refs/heads/none",
];
