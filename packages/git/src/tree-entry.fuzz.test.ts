import { attempt, brokenIf, fuzz, made, smallerTexts, textOf } from "@evenkeel/fuzz";
import type { Chance } from "@evenkeel/fuzz";

import { GitFailed } from "./git-failed.ts";
import { parseCommit, parseRemoteRefs, parseTagTarget, parseTree, pathText } from "./parse-objects.ts";

// Bytes are written as latin1 text, one character each.
const ID = "\x12\x34\x56\x78\x9a\xbc\xde\xf0\x12\x34\x56\x78\x9a\xbc\xde\xf0\x12\x34\x56\x78";
const OID = "123456789abcdef0123456789abcdef012345678";
const entry = (mode: string, name: string): string => `${mode} ${name}\0${ID}`;

/** Trees as git writes them, and as those of CVE-2014-9390, CVE-2018-11235, CVE-2024-32002 and its fsck list them. */
const trees = [
  "",
  entry("100644", "a.yaml"),
  entry("40000", "apps") + entry("100755", "run.sh") + entry("120000", "link") + entry("160000", "sub"),
  entry("040000", "zero-padded"),
  entry("100644", ".git") + entry("100644", "..") + entry("100644", "a/b") + entry("120000", ".gitmodules"),
  entry("100644", "") + entry("", "a") + entry("9", "a") + entry("1006440", "a") + entry("-1", "x"),
  entry("100644", "\xff\xfe"),
  entry("100644", "a").slice(0, -1),
];
const commits = [
  `tree ${OID}\nparent ${OID}\nauthor A <a@example.org> 1700000000 +0100\ncommitter B <b@example.org> 1700000000 +0100\n\nSubject\n\nBody\n`,
  `tree ${OID}\nauthor  <> 0 +0000\ncommitter <x> -1 -9999\nencoding latin1\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END-----\n\n\xe9\n`,
  `tree ${OID}\nauthor A <<<< 1\ncommitter B <b@example.org> 99999999999999999999 +0000\n\n`,
  `object ${OID}\ntype commit\ntag v1\ntagger A <a@example.org> 1700000000 +0100\n\nv1\n`,
];
const refs = `${OID}\tHEAD\n${OID}\trefs/heads/main\n${OID}\trefs/tags/v1^{}\n`;
const words = [
  "100644 ",
  "40000 ",
  "120000 ",
  "160000 ",
  "0",
  "\0",
  " ",
  "\n",
  "\t",
  "<",
  ">",
  ID,
  OID,
  "tree ",
  "author ",
  "\n\n",
  "-",
  "..",
  ".git",
  "/",
];
const make = (chance: Chance): string =>
  Array.from({ length: chance.below(4) }, () =>
    entry(
      chance.pick(["100644", "40000", "120000", "160000", "100755", "040000"]),
      chance.pick(["a", "b.yaml", "é", ".git"]),
    ),
  ).join("");

/** Bytes alone: what is no byte becomes some. */
const asBytes = (text: string): string => Buffer.from(text, "latin1").toString("latin1");
const inputs = made<string>({
  make: (chance) => asBytes(textOf(chance, { corpus: [...trees, ...commits, ...commits, refs], make, words })),
  smaller: smallerTexts,
});

const readers = { parseTree, parseCommit, parseTagTarget, parseRemoteRefs };
type Readers = typeof readers;
const isOid = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** Whether a body is these entries, one after the other; old tools wrote modes with zeros in front. */
const isWritten = (body: Buffer, entries: ReturnType<typeof parseTree>): boolean => {
  let at = 0;
  for (const { mode, name, oid } of entries) {
    while (body[at] === 0x30) at += 1;
    const bytes = Buffer.concat([
      Buffer.from(`${mode.replace(/^0+/, "")} `),
      name,
      Buffer.from([0]),
      Buffer.from(oid, "hex"),
    ]);
    if (!body.subarray(at, at + bytes.length).equals(bytes)) return false;
    at += bytes.length;
  }
  return at === body.length;
};

fuzz<string, Readers>({
  name: "tree-entry",
  inputs,
  subject: readers,
  law: (read) => (text, note) => {
    const body = Buffer.from(text, "latin1");
    const corruptOnly = ({ refused }: { readonly refused?: GitFailed }): void =>
      brokenIf(refused !== undefined && refused.reason !== "ObjectCorrupt", "it is refused as something else");

    const tree = attempt(() => read.parseTree(body, OID), GitFailed);
    corruptOnly(tree);
    note(tree.refused === undefined ? "tree taken" : "tree refused");
    for (const { mode, type, oid, name } of tree.value ?? []) {
      brokenIf(!/^[0-7]{6,7}$/.test(mode) || !isOid(oid), "no mode or no id");
      brokenIf(name.length === 0 || name.includes(0), "no name");
      brokenIf((type === "tree") !== (Number.parseInt(mode, 8) >> 12 === 4), "a tree that is none, or the other way");
      brokenIf(/[\p{Cc}\p{Cs}]/u.test(pathText(name)), "a name that cannot be shown");
    }
    if (tree.value !== undefined) brokenIf(!isWritten(body, tree.value), "not what is written");
    const commit = attempt(() => read.parseCommit(body, OID), GitFailed);
    corruptOnly(commit);
    if (commit.value !== undefined) {
      note("commit taken");
      const { tree: root, parents, author, subject } = commit.value;
      brokenIf(![root, ...parents].every(isOid), "a tree or a parent that is no id");
      brokenIf(!Number.isFinite(author.time), "a time that is none");
      brokenIf(
        [subject, author.name, author.email].some((told) => /\p{Cc}/u.test(told) || told.length > 201),
        "told with controls, or at length",
      );
    }
    const tag = attempt(() => read.parseTagTarget(body, OID), GitFailed);
    corruptOnly(tag);
    brokenIf(tag.value !== undefined && !isOid(tag.value), "a tag of no object");
    const named = attempt(() => read.parseRemoteRefs(body), GitFailed);
    corruptOnly(named);
    brokenIf(
      [...(named.value ?? [])].some(([ref, oid]) => !isOid(oid) || /[\n\t]/.test(ref)),
      "a ref of no object",
    );
  },
  sometimes: { "tree taken": 40, "tree refused": 3, "commit taken": 300 },
  planted: {
    "a cut tree is taken": {
      ...readers,
      parseTree: (body, oid) => parseTree(body.length % 7 === 3 ? Buffer.concat([body, Buffer.alloc(20)]) : body, oid),
    },
    "a TypeError for a commit without a tree": {
      ...readers,
      parseCommit: (body, oid) =>
        body.includes("tree") ? parseCommit(body, oid) : ((undefined as never as { oid: string }).oid as never),
    },
    "a parent by its short id": {
      ...readers,
      parseCommit: (body, oid) => {
        const commit = parseCommit(body, oid);
        return { ...commit, parents: commit.parents.map((id) => id.slice(0, 12)) };
      },
    },
  },
});
