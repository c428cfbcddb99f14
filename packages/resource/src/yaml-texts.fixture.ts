// Texts of YAML as others publish them, and made by a grammar, for the feeding of readers.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Chance, TextSource } from "@evenkeel/fuzz";

const manifests = join(import.meta.dirname, "../../../deploy/base");
const real = globSync("*.yaml", { cwd: manifests })
  .toSorted()
  .flatMap((file) => readFileSync(join(manifests, file), "utf8").split(/^---$/m))
  .filter((text) => text.length < 900);

/** YAML 1.2.2 examples, the vulnerability lists of yaml, js-yaml, snakeyaml and go-yaml, and what Kubernetes users meet. */
const published = [
  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: shop\ndata:\n  a: |\n    x\n      y\n\n  b: >-\n    folded\n    text\n",
  "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {k: aHVudGVyMg==}\nstringData: {p: hunter2}\n",
  "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: b}\n",
  '{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","labels":{"a":"b"}},"spec":{"ports":[{"port":80,"targetPort":"http"}]}}',
  "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d]\n",
  "base: &base {a: 1, b: 2}\nuse:\n  <<: *base\n  b: 3\nmany:\n  <<: [*base, {c: 4}]\n",
  "&a [*a]\n",
  "--- !!map\n? a\n: - b\n  - - c\n    - {d: [e, {f: g}]}\n...\n---\n!!str x\n",
  "%YAML 1.1\n%TAG ! tag:x,2000:\n--- !x\na: !!binary aGk=\nb: !!set {x}\nc: !!omap [a: 1]\nd: !!timestamp 2026-01-01\n",
  "!!js/function 'x'\n",
  "a: 0644\nb: 0o17\nc: 0x1F\nd: 1_000\ne: 1e3\nf: .inf\ng: 9007199254740993\nh: 18446744073709551616\ni: 190:20:30\nj: 08\nk: -0\n",
  "yes: no\non: off\ny: n\n~: null\n'': \"\"\n1: 2\ntrue: false\n2026-01-01: x\n",
  "a: \"\\x41\\u00e9\\U0001F600\\n\\\n  b\"\nc: 'it''s'\nd: plain # not a comment\n",
  "__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\ntoString: x\n",
  'a: "\\ud800"\nb: "\\ud83d\\ude00"\n',
  "- - - - - a\n- [[[[[]]]]]\n- {a: {a: {a: {}}}}\n",
  "a: 1\na: 2\n",
  "? [complex, key]\n: x\n? {a: b}\n: y\n",
  "\ufeffa: b\r\nc: |\r\n  d\r\n",
  "a: |2+\n   x\n\n\nb: >1-\n y\n",
  "",
  "# only a comment\n",
  "---\n---\nnull\n---\n",
];

const SCALARS = [
  "a",
  "b c",
  "x: y",
  "'x: y'",
  '"\\n"',
  "~",
  "null",
  "true",
  "yes",
  "0644",
  "0x1F",
  "1e3",
  "-1",
  "1.5",
  "1_0",
  ".5",
  "9223372036854775807",
  "'08'",
  "2026-01-01",
  "*a",
  "*b",
  "!!str 1",
  "!!int 3",
  "&a x",
  "&b [x]",
  "[]",
  "{}",
  '""',
  "''",
  "é",
  '"\\u00e9"',
  "<<",
  "=",
  "@x",
  "- x",
  "? x",
  "# x",
  "|-\n        x\n        y",
  ">\n        x\n\n        y",
];
const KEYS = [
  "a",
  "b",
  "name",
  "metadata",
  "kind",
  "apiVersion",
  "spec",
  "'q'",
  '"d"',
  "? e",
  "1",
  "on",
  "<<",
  "__proto__",
  "labels",
  "annotations",
  "data",
  "items",
];

const flow = (chance: Chance, depth: number): string => {
  const kind = chance.below(depth > 3 ? 2 : 5);
  if (kind < 2) return chance.pick(SCALARS.slice(0, 32));
  const items = Array.from({ length: chance.below(3) }, () => flow(chance, depth + 1));
  return kind < 4 ? `[${items.join(", ")}]` : `{${items.map((item) => `${chance.pick(KEYS)}: ${item}`).join(", ")}}`;
};

const block = (chance: Chance, depth: number): string => {
  const indent = "  ".repeat(depth);
  return Array.from({ length: 1 + chance.below(3) }, () => {
    const head = chance.once(3) ? `${indent}-` : `${indent}${chance.pick(KEYS)}:`;
    const kind = chance.below(depth > 3 ? 2 : 4);
    if (kind === 3) return `${head}\n${block(chance, depth + 1)}`;
    return `${head} ${kind === 0 ? flow(chance, 0) : chance.pick(SCALARS)}\n`;
  }).join("");
};

/** One document by the grammar, most of them good. */
export const yamlDocument = (chance: Chance): string => block(chance, 0);

export const yamlTexts: TextSource = {
  corpus: [...published, ...real],
  make: (chance) => Array.from({ length: 1 + chance.below(2) }, () => block(chance, 0)).join("---\n"),
  words: [
    "\n",
    "  ",
    "- ",
    ": ",
    "? ",
    "&a ",
    "*a",
    "<<: *a",
    "!!str ",
    "!!int ",
    "!x ",
    "|",
    ">",
    "|+\n",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    '"',
    "#",
    " #",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "\t",
    "\r\n",
    "\\",
    "\\u",
    "\\x41",
    "~",
    "null",
    "0644",
    "1e309",
    "kind: List",
    "items: []",
    "metadata: {name: a}",
    "apiVersion: v1\n",
  ],
};
