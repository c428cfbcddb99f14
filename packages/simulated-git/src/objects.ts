import { hash } from "node:crypto";

import { parseTree } from "@evenkeel/git";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

/** One object as Git stores it; its id is the digest of its bytes, unless somebody damaged them. */
export interface GitObject {
  readonly oid: string;
  readonly type: ObjectType;
  readonly body: Buffer;
}

/** One entry of a tree to write; its name as latin1, each byte apart. */
export interface NewEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

/** A person, as commits and tags name one; the time in seconds since 1970. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly at: number;
}

export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const FOLDER = "040000";

/** The object that such bytes are. */
export const objectOf = (type: ObjectType, body: Buffer): GitObject => ({ oid: idOf(type, body), type, body });

const idOf = (type: ObjectType, body: Buffer): string =>
  hash("sha1", Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]));

/** Git's order: bytewise, a folder as if its name ended in a slash. Entries of one name are the caller's fault. */
export const treeOf = (entries: readonly NewEntry[]): GitObject => {
  const sorted = entries
    .map((entry) => ({ ...entry, key: entry.mode === FOLDER ? `${entry.name}/` : entry.name }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const body = Buffer.allocUnsafe(
    sorted.reduce((bytes, { mode, name }) => bytes + shown(mode).length + name.length + 22, 0),
  );
  let at = 0;
  for (const { mode, name, oid } of sorted) {
    at += body.write(`${shown(mode)} ${name}\0`, at, "latin1");
    at += body.write(oid, at, "hex");
  }
  return objectOf("tree", body);
};

/** Git writes the mode of a folder without its zero. */
const shown = (mode: string): string => (mode === FOLDER ? "40000" : mode);

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export const commitOf = ({ tree, parents, author, committer, message }: NewCommit): GitObject => {
  const head = [`tree ${tree}`, ...parents.map((oid) => `parent ${oid}`)];
  const people = [`author ${signed(author)}`, `committer ${signed(committer)}`];
  return objectOf("commit", Buffer.from(`${[...head, ...people].join("\n")}\n\n${message}`));
};

export interface NewTag {
  readonly target: GitObject;
  readonly name: string;
  readonly tagger: Signature;
  readonly message: string;
}

export const tagOf = ({ target, name, tagger, message }: NewTag): GitObject => {
  const head = [`object ${target.oid}`, `type ${target.type}`, `tag ${name}`, `tagger ${signed(tagger)}`];
  return objectOf("tag", Buffer.from(`${head.join("\n")}\n\n${message}`));
};

const signed = ({ name, email, at }: Signature): string => `${name} <${email}> ${at} +0000`;

/** What an object leads to, in the order of its bytes: never a submodule. Throws GitFailed where it cannot be read. */
export const linksOf = (object: GitObject): readonly string[] => {
  if (object.type === "blob") return NO_LINKS;
  const known = links.get(object);
  if (known !== undefined) return known;
  const found = readLinks(object);
  links.set(object, found);
  return found;
};
const NO_LINKS: readonly string[] = [];
const links = new WeakMap<GitObject, readonly string[]>();

const readLinks = ({ oid, type, body }: GitObject): readonly string[] => {
  switch (type) {
    case "blob":
      return NO_LINKS;
    case "tree":
      return parseTree(body, oid)
        .filter((entry) => entry.type !== "commit")
        .map((entry) => entry.oid);
    case "commit":
      return headerLinks(body, "tree ", "parent ");
    case "tag":
      return headerLinks(body, "object ");
  }
};

const headerLinks = (body: Buffer, ...keys: readonly string[]): readonly string[] => {
  const found: string[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf(0x0a, at);
    const line = body.toString("latin1", at, end < 0 ? body.length : end);
    const key = keys.find((each) => line.startsWith(each));
    if (key === undefined) break;
    found.push(line.slice(key.length));
    at = end < 0 ? body.length : end + 1;
  }
  return found;
};
