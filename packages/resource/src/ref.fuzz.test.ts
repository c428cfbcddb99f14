import {
  buckets,
  decodeToken,
  encodeToken,
  fillKey,
  fillSubject,
  parseKey,
  smallProfile,
  SUBJECT_ROOT,
} from "@evenkeel/contracts";
import { always, brokenIf, fuzz, made, smallerTexts, textOf } from "@evenkeel/fuzz";
import type { Chance, TextSource } from "@evenkeel/fuzz";
import { describeRef, formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import { findFault } from "./check-object.ts";
import { compareRefs, refOf, storedKey } from "./index.ts";

/** Fields of two objects that may be taken for one another, and a text that may be taken for a token. */
interface Input {
  readonly one: readonly string[];
  readonly other: readonly string[];
  readonly token: string;
}

const NAME_CASES: readonly TextSource[] = [
  { corpus: ["v1", "apps/v1", "rbac.authorization.k8s.io/v1", "a/b/c", "/v1", "apps/"], words: ["/", "v1", "."] },
  { corpus: ["Deployment", "ConfigMap", "apps/Deployment", "Node//x", "é", ""], words: ["/", "List", ".", " "] },
  { corpus: ["", "shop", "shop/web", "a.b", "x".repeat(64)], words: ["/", "-", "."] },
  {
    corpus: ["web", "system:node", "a/b", "shop/web", "..", "a%2Fb", "A", "x".repeat(254)],
    words: ["/", ":", ".", "-", "%"],
  },
];
/** Beside what is odd: of each field some that a server takes, few, so that two objects often have one. */
const GOOD: readonly (readonly string[])[] = [
  [
    "v1",
    "apps/v1",
    "apps/v1beta1",
    "extensions/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "events.k8s.io/v1",
    "networking.k8s.io/v1",
  ],
  ["Deployment", "Role", "Event", "Ingress", "ReplicaSet"],
  ["", "shop", "web"],
  ["web", "web.example", "shop"],
];
const TOKENS: TextSource = {
  corpus: [
    "team-a/shop",
    "=",
    "team-a=2Fshop",
    "=2",
    "=ZZ",
    "=61",
    "=C3=A9",
    "=FF",
    "a.b",
    "*",
    ">",
    "é",
    "%41",
    "unit.a.b",
    "unit.=61.b",
    "git.a.b",
    "x".repeat(300),
  ],
  words: ["=", "=2F", ".", "*", ">", "%", " "],
};
const fields = (chance: Chance): readonly string[] =>
  NAME_CASES.map((source, at) => (chance.once(12) ? textOf(chance, source) : chance.pick(GOOD[at] ?? [""])));

const inputs = made<Input>({
  make: (chance) => {
    const one = fields(chance);
    const other = chance.once(2)
      ? fields(chance)
      : one.map((text, at) => (chance.once(2) ? text : (fields(chance)[at] ?? "")));
    return { one, other, token: textOf(chance, TOKENS) };
  },
  *smaller({ one, other, token }) {
    for (const shorter of smallerTexts(token)) yield { one, other, token: shorter };
    for (let at = 0; at < 4; at += 1)
      for (const shorter of smallerTexts(one[at] ?? "")) yield { one: one.with(at, shorter), other, token };
    for (let at = 0; at < 4; at += 1)
      for (const shorter of smallerTexts(other[at] ?? "")) yield { one, other: other.with(at, shorter), token };
  },
});

const refs = { formatRef, describeRef, storedKey, compareRefs, encodeToken, decodeToken, parseKey, fillKey };
type Refs = typeof refs;

/** The ref of an object with these fields, where a manifest may have them. */
const readRef = ([apiVersion = "", kind = "", namespace = "", name = ""]: readonly string[]): ObjectRef | undefined => {
  const object = { apiVersion, kind, metadata: { name, namespace } };
  const isText = [apiVersion, kind, namespace, name].every((text) => text.isWellFormed()); // the parser refuses others
  return isText && always(() => findFault(object)) === undefined ? refOf(object) : undefined;
};

const templates = [...new Set(Object.values(buckets).map(({ template }) => template))];

fuzz<Input, Refs>({
  name: "ref",
  inputs,
  subject: refs,
  law:
    (the) =>
    ({ one, other, token }, note) => {
      const [a, b] = [readRef(one), readRef(other)];
      note(a === undefined ? "object refused" : "object taken");
      if (a !== undefined) {
        for (const text of Object.values(a))
          brokenIf(!text.isWellFormed() || text.includes("%"), "a ref that no path of an API has");
        brokenIf(/\//.test(a.kind + a.name + a.namespace + a.group), "a part of a ref that holds what divides them");
        always(() => [encodeURIComponent(a.name), the.describeRef(a)]);
      }
      if (a !== undefined && b !== undefined) {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        note(isSame ? "same refs" : "two refs");
        brokenIf((the.formatRef(a) === the.formatRef(b)) !== isSame, "two objects under one key, or one under two");
        brokenIf(
          (the.compareRefs(a, b) === 0) !== isSame ||
            (Math.sign(the.compareRefs(a, b)) === Math.sign(the.compareRefs(b, a))) !== isSame,
          "an order that is none",
        );
        brokenIf(isSame && the.storedKey(a) !== the.storedKey(b), "one object stored under two keys");
        brokenIf(
          the.storedKey(a) === the.storedKey(b) &&
            (a.kind !== b.kind || a.name !== b.name || a.namespace !== b.namespace),
          "two objects stored under one key",
        );
      }
      checkToken(the, token, note);
    },
  sometimes: { "object taken": 5, "same refs": 40, "two refs": 20, "token taken": 20, "key taken": 40 },
  planted: {
    "a namespace left out": { ...refs, formatRef: (ref) => formatRef({ ...ref, namespace: "" }) },
    "a dot as it is": { ...refs, encodeToken: (text) => encodeToken(text).replaceAll("=2E", ".") },
    "half an escape": {
      ...refs,
      decodeToken: (text) => (text === "=2" ? decodeURIComponent("%2") : decodeToken(text)),
    },
    "a name in two keys": { ...refs, parseKey: (template, key) => parseKey(template, key.replaceAll("=61", "a")) },
  },
});

function checkToken(the: Refs, token: string, note: (what: string) => void): void {
  if (token.isWellFormed()) {
    const encoded = always(() => the.encodeToken(token));
    brokenIf(!/^[A-Za-z0-9_=-]+$/.test(encoded), "no token of a subject");
    brokenIf(always(() => the.decodeToken(encoded)) !== token, "what is encoded is another after it");
    const subject = fillSubject("a.{source}.{unit.app}", { source: token, "unit.app": token }, smallProfile);
    brokenIf(
      subject.split(".").length !== SUBJECT_ROOT.split(".").length + 2 || /[*>\s]/.test(subject),
      "a subject of other parts",
    );
  }
  const decoded = always(() => the.decodeToken(token));
  if (decoded !== undefined) note("token taken");
  brokenIf(decoded !== undefined && the.encodeToken(decoded) !== token, "two tokens of one text");
  const some = templates.slice(token.length % templates.length).slice(0, 4);
  for (const template of some) {
    const key = token.includes(".") ? token : `${template.split(".")[0]}.${token}`;
    const found = always(() => the.parseKey(template, key));
    if (found === undefined) continue;
    note("key taken");
    brokenIf(always(() => the.fillKey(template, found)) !== key, `two keys of one name in ${template}`);
  }
}
