import { parseTree } from "@evenkeel/git";

import type { GitObject } from "./objects.ts";

/** What git's own fsck would refuse to take of an object, in its words; undefined: nothing. */
export const faultOf = (object: GitObject): string | undefined => {
  if (object.type === "blob") return undefined;
  if (!faults.has(object)) faults.set(object, findFault(object));
  return faults.get(object);
};
const faults = new WeakMap<GitObject, string | undefined>();

const PERSON = String.raw`[^<>\n]* <[^<>\n]*> (?:0|[1-9]\d*) [+-]\d{4}\n`;
const COMMIT = new RegExp(
  String.raw`^tree [0-9a-f]{40}\n(?:parent [0-9a-f]{40}\n)*author ${PERSON}committer ${PERSON}`,
);
const TAG = new RegExp(String.raw`^object [0-9a-f]{40}\ntype (?:blob|tree|commit|tag)\ntag [^\n]+\ntagger ${PERSON}`);

const findFault = (object: GitObject): string | undefined => {
  const { body, type } = object;
  switch (type) {
    case "blob":
      return undefined;
    case "commit":
      return COMMIT.test(body.toString("latin1")) ? undefined : "badCommit";
    case "tag":
      return TAG.test(body.toString("latin1")) ? undefined : "badTag";
    case "tree":
      return treeFault(object);
  }
};

const NULL_ID = "0".repeat(40);

const treeFault = ({ body, oid }: GitObject): string | undefined => {
  const names = new Set<string>();
  let last = "";
  for (const entry of parseTree(body, oid)) {
    const name = Buffer.from(entry.name).toString("latin1");
    const key = entry.type === "tree" ? `${name}/` : name;
    const bad = nameFault(name);
    if (bad !== undefined) return bad;
    if (entry.oid === NULL_ID) return "nullSha1";
    if (names.has(name)) return "duplicateEntries";
    if (key < last) return "treeNotSorted";
    names.add(name);
    last = key;
  }
  // A mode is read padded: what was written so is seen in the bytes alone.
  return isZeroPadded(body) ? "zeroPaddedFilemode" : undefined;
};

const nameFault = (name: string): string | undefined => {
  if (name === "") return "emptyName";
  if (name === ".") return "hasDot";
  if (name === "..") return "hasDotdot";
  if (name.includes("/")) return "fullPathname";
  return /^(?:\.git|git~1)[. ]*$/i.test(name) ? "hasDotgit" : undefined;
};

const isZeroPadded = (body: Buffer): boolean => {
  for (let at = 0; at < body.length; at = body.indexOf(0, at) + 21) if (body[at] === 0x30) return true;
  return false;
};
