import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ObjectSource, TreeEntry } from "../source/object-source.ts";

/** A file as text or bytes, a symlink by its target, a submodule by a commit id. */
export type Content = string | Uint8Array | { readonly link: string } | { readonly submodule: string };

/** A bare repository made by the git program, read through `cat-file`; it is gone when disposed. */
export interface GitTrees extends Disposable {
  /** Writes a tree of these files and gives its id. */
  readonly write: (files: { readonly [path: string]: Content }) => string;
  /** Wraps a tree `levels` times into a tree that has it under so many names; gives the id of the outermost. */
  readonly nest: (tree: string, levels: number, names: number) => string;
  readonly source: ObjectSource;
  /** The id of what stands at a path of a tree. */
  readonly oid: (tree: string, path: string) => string;
  /** Ids that were read, in order. */
  readonly reads: string[];
}

export const gitTrees = (format: "sha1" | "sha256" = "sha1"): GitTrees => {
  const directory = mkdtempSync(join(tmpdir(), "evenkeel-trees-"));
  const git = (args: readonly string[], input?: string | Uint8Array): Buffer => {
    const { status, stdout, stderr } = spawnSync("git", ["--git-dir", directory, ...args], {
      ...(input === undefined ? {} : { input }),
      maxBuffer: 256 * 1024 * 1024,
      env: { PATH: "/usr/bin:/bin", HOME: directory, GIT_CONFIG_NOSYSTEM: "1" },
    });
    if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr.toString()}`);
    return stdout;
  };
  git(["init", "--quiet", "--bare", `--object-format=${format}`]);
  const reads: string[] = [];

  const writeBlob = (content: string | Uint8Array): string =>
    git(["hash-object", "-w", "--stdin"], content).toString().trim();
  const writeTree = (files: readonly (readonly [string, Content])[]): string => {
    const lines: string[] = [];
    const below = Map.groupBy(files, ([path]) => path.split("/")[0] ?? "");
    for (const [name, members] of below) {
      const content = members.find(([path]) => path === name)?.[1];
      if (content === undefined) {
        const inner = members.map(([path, value]) => [path.slice(name.length + 1), value] as const);
        lines.push(`040000 tree ${writeTree(inner)}\t${name}`);
      } else if (typeof content === "string" || content instanceof Uint8Array) {
        lines.push(`100644 blob ${writeBlob(content)}\t${name}`);
      } else if ("link" in content) lines.push(`120000 blob ${writeBlob(content.link)}\t${name}`);
      else lines.push(`160000 commit ${content.submodule}\t${name}`);
    }
    return git(["mktree", "-z", "--missing"], lines.map((line) => `${line}\0`).join(""))
      .toString()
      .trim();
  };

  return {
    write: (files) => writeTree(Object.entries(files)),
    nest: (tree, levels, names) => {
      let outer = tree;
      for (let level = 0; level < levels; level += 1) {
        const entries = Array.from({ length: names }, (_, n) => `040000 tree ${outer}\td${n}\0`);
        outer = git(["mktree", "-z"], entries.join("")).toString().trim();
      }
      return outer;
    },
    reads,
    oid: (tree, path) =>
      git(["rev-parse", `${tree}:${path}`])
        .toString()
        .trim(),
    source: {
      readTree: async (oid) => {
        reads.push(oid);
        const size = format === "sha1" ? 20 : 32;
        const body = git(["cat-file", "tree", oid]);
        const entries: TreeEntry[] = [];
        for (let at = 0; at < body.length;) {
          const space = body.indexOf(0x20, at);
          const end = body.indexOf(0, space);
          const mode = body.toString("latin1", at, space);
          const type = mode === "40000" ? "tree" : mode === "160000" ? "commit" : "blob";
          const name = body.subarray(space + 1, end);
          const text = name.toString();
          at = end + 1 + size;
          const id = body.toString("hex", end + 1, at);
          entries.push({ mode, type, oid: id, name: Buffer.from(text).equals(name) ? text : name });
        }
        return entries;
      },
      readBlob: async (oid) => {
        reads.push(oid);
        return git(["cat-file", "blob", oid]);
      },
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
};
