import type { GitObjectType } from "@evenkeel/words";

import { GitFailed } from "./git-failed.ts";
import { isFullId } from "./git-ref.ts";
import { oneLine } from "./one-line.ts";

/** One object as stored; `body` is undefined when it is larger than the reader's cap. */
export interface RawObject {
  readonly oid: string;
  readonly type: string;
  readonly size: number;
  readonly body: Buffer | undefined;
}

/** One entry of a tree; names are bytes, for Git promises no encoding. */
export interface TreeEntry {
  /** As Git writes it, six digits: `100644`, `100755`, `120000`, `040000`, `160000`. */
  readonly mode: string;
  readonly type: GitObjectType;
  readonly oid: string;
  readonly name: Uint8Array;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970, as the person's machine claimed. */
  readonly time: number;
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** First line of the message, without control characters, at most 200 characters. */
  readonly subject: string;
}

const corrupt = (what: string): GitFailed =>
  new GitFailed("ObjectCorrupt", `${what} cannot be read`, "repair the history at its source: git fsck there names it");

/** By the kind in the mode, as git reads it: `40755` is a directory to it, and fsck lets it pass. */
const typeOfMode = (mode: string): TreeEntry["type"] =>
  mode.startsWith("04") ? "tree" : /^1[02]/.test(mode) ? "blob" : "commit";

/** The text of a path or name, with every byte that is not UTF-8 or is a control character shown as `\xNN`. */
export const pathText = (path: Uint8Array): string => {
  try {
    const text = strict.decode(path);
    if (!/\p{Cc}/u.test(text)) return text;
  } catch {
    // shown byte for byte below
  }
  return Array.from(path, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
};
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** As git reads a mode, zeros of old tools in front of it included. */
const isMode = (mode: string): boolean => /^0*[1-7][0-7]{4,5}$/.test(mode);

/** Reads the raw body of a tree object whose ids have `idBytes` bytes (20 or 32). Throws GitFailed ObjectCorrupt. */
export const parseTree = (body: Buffer, oid: string): readonly TreeEntry[] => {
  const idBytes = oid.length / 2;
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const nul = body.indexOf(0x00, at);
    const end = nul + 1 + idBytes;
    if (space < 0 || nul <= space + 1 || end > body.length) throw corrupt(`tree ${oid}`);
    const mode = body.toString("latin1", at, space).replace(/^0+/, "").padStart(6, "0");
    if (!isMode(mode)) throw corrupt(`tree ${oid}`);
    entries.push({
      mode,
      type: typeOfMode(mode),
      name: body.subarray(space + 1, nul),
      oid: body.toString("hex", nul + 1, end),
    });
    at = end;
  }
  return entries;
};

/** Reads the raw body of a commit object. Throws GitFailed ObjectCorrupt. */
export const parseCommit = (body: Buffer, oid: string): Commit => {
  const text = body.toString("utf8");
  const gap = text.indexOf("\n\n");
  const head = (gap < 0 ? text : text.slice(0, gap)).split("\n");
  const values = (key: string): readonly string[] =>
    head.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const [tree] = values("tree");
  const author = parsePerson(values("author")[0]);
  const committer = parsePerson(values("committer")[0]);
  const parents = values("parent");
  if (tree === undefined || author === undefined || committer === undefined || ![tree, ...parents].every(isFullId))
    throw corrupt(`commit ${oid}`);
  const message = gap < 0 ? "" : text.slice(gap + 2).trimStart();
  const subject = oneLine(message.split("\n", 1)[0] ?? "", 200);
  return { oid, tree, parents, author, committer, subject };
};

/** The object that a tag object names. Throws GitFailed ObjectCorrupt. */
export const parseTagTarget = (body: Buffer, oid: string): string => {
  const target = /^object ([0-9a-f]+)\n/.exec(body.toString("latin1", 0, 80))?.[1];
  if (target === undefined || !isFullId(target)) throw corrupt(`tag ${oid}`);
  return target;
};

const parsePerson = (text: string | undefined): Person | undefined => {
  const match = /^([^<]*)<([^<>]*)> ?(-?\d{1,20})(?: [+-]\d+)?$/.exec(text ?? "");
  return match === null
    ? undefined
    : { name: oneLine((match[1] ?? "").trimEnd(), 100), email: oneLine(match[2] ?? "", 200), time: Number(match[3]) };
};

/** Reads the output of `ls-remote`: full name to object id; peeled `^{}` lines are kept under their own name. */
export const parseRemoteRefs = (output: Buffer): ReadonlyMap<string, string> => {
  const refs = new Map<string, string>();
  for (const line of output.toString("utf8").split("\n")) {
    const match = /^([0-9a-f]+)\t(\P{Cc}+)$/u.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined && isFullId(match[1])) refs.set(match[2], match[1]);
  }
  return refs;
};
