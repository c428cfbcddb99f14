import { always, brokenIf, fuzz, made, smallerTexts, textOf } from "@evenkeel/fuzz";
import type { Chance, TextSource } from "@evenkeel/fuzz";

import { formatDeclarationError } from "./declaration-error.ts";
import { declarationSetJson, declarationsOf, readDeclarationSet } from "./declaration-set.ts";
import type { DeclarationSet } from "./declaration-set.ts";
import { application, cluster, docs, fleet, repository } from "./fleet-texts.fixture.ts";
import { parseFleet } from "./parse-fleet.ts";
import { examples } from "./reference/examples.ts";

/** The examples of our own reference, small fleets, and what was written into those of others (C1, C2, C8). */
const CORPUS = [
  ...Object.values(examples).flat(),
  docs(repository(), cluster(), application()),
  application("web", "  path: ../../etc\n"),
  application("web", "  allowedNamespaces: [kube-system, '*']\n  prune: {enabled: yes}\n"),
  repository("shop", "  ref: {branch: --upload-pack=x}\n"),
  repository("shop", "  url: ext::sh -c id\n"),
  cluster("prod", "{__proto__: x, constructor: y}"),
  "apiVersion: evenkeel.dev/v1alpha1\nkind: Override\nmetadata: {name: o}\nspec: {what: suspend, reason: r, owner: o, expiresAt: 2026-12-01T00:00:00Z}\n",
  "apiVersion: evenkeel.dev/v1alpha1\nkind: Approval\nmetadata: {name: a}\nspec: {unit: {cluster: c, app: a}, planDigest: x, reason: r, owner: o, expiresAt: 2026-12-01T00:00:00Z}\n",
];
const SOURCE: TextSource = {
  corpus: CORPUS,
  words: [
    "---\n",
    "kind: Application\n",
    "kind: Repository\n",
    "kind: Cluster\n",
    "kind: Override\n",
    "name: ",
    "spec:\n  ",
    "url: ",
    "path: ",
    "ref: ",
    "{branch: main}",
    "targets: ",
    "clusterSelector: ",
    "matchExpressions: [{key: a, operator: In, values: [b]}]",
    "interval: 1s",
    "prune: ",
    "enabled: true",
    "&a ",
    "*a",
    "<<: *a",
    "null",
    "[]",
    "{}",
    "1e309",
    "web",
    "shop",
    "\n",
    "  ",
  ],
};
interface Input {
  readonly before: string;
  readonly text: string;
}
const inputs = made<Input>({
  make: (chance: Chance) => ({
    before: chance.once(2) ? docs(repository(), cluster(), application()) : chance.pick(CORPUS),
    text: Array.from({ length: 1 + chance.below(2) }, () => textOf(chance, SOURCE)).join("---\n"),
  }),
  *smaller({ before, text }) {
    for (const shorter of smallerTexts(text)) yield { before, text: shorter };
  },
});

const names = (set: DeclarationSet): readonly string[] =>
  declarationsOf(set).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
type Parse = typeof parseFleet;

fuzz<Input, Parse>({
  name: "declaration",
  inputs,
  subject: parseFleet,
  law: (parse) => {
    const accepted = new Map<string, DeclarationSet>();
    const earlier = (text: string): DeclarationSet => {
      const set = accepted.get(text) ?? fleet({ "a.yaml": text }).set;
      accepted.set(text, set);
      return set;
    };
    return ({ before, text }, note) => {
      const previous = earlier(before);
      const files = [{ path: "a.yaml", bytes: Buffer.from(text, "utf8") }];
      const { set, errors, held, warnings } = always(() => parse(files, { previous }));
      note(errors.length === 0 ? "taken" : "refused");
      if (held.length > 0) note("held");
      const lines = text.split("\n").length + 1;
      for (const error of errors) {
        brokenIf(error.line < 1 || error.line > lines || error.column < 1, `a fault in line ${error.line} of ${lines}`);
        brokenIf(error.message === "" || error.remedy === "", "a fault without a remedy");
        brokenIf(/this document cannot be checked/.test(error.message), () => formatDeclarationError(error));
      }
      always(warnings);
      brokenIf(new Set(names(set)).size !== names(set).length, "two declarations of one name");
      const json = always(() => declarationSetJson(set));
      brokenIf(
        always(() => declarationSetJson(readDeclarationSet(Buffer.from(json, "utf8")))) !== json,
        "what is stored is read as something else",
      );
      for (const { metadata } of declarationsOf(set))
        brokenIf(
          !/^[a-z0-9_]([-a-z0-9.]{0,61}[a-z0-9])?$/.test(metadata.name),
          `the name ${JSON.stringify(metadata.name)}`,
        );
      for (const { spec } of set.applications) {
        brokenIf(/(?:^|\/)\.\.(?:\/|$)|^\/|\\|[\p{Cc}]/u.test(spec.path), `the path ${JSON.stringify(spec.path)}`);
        brokenIf(
          !set.repositories.some(({ metadata }) => metadata.name === spec.repository),
          "an application of no repository",
        );
      }
      // A file that cannot be read says of nothing that it is gone.
      if (
        errors.some(({ path, line }) => path === "" && line > 0) &&
        held.length > 0 &&
        names(set).length < held.length
      )
        brokenIf(true, "what is held is not there");
      if (errors.length > 0) return;
      const again = always(() => parse(files, { previous: set }));
      brokenIf(declarationSetJson(again.set) !== json, "what was accepted is another when it is read again");
    };
  },
  sometimes: { taken: 80, refused: 3, held: 10 },
  // Each is read twice, checked against schemas, stored and read back.
  count: 8_000,
  planted: {
    "a path that leads out": (files, options) => {
      const parsed = parseFleet(
        files.map((file) => ({
          ...file,
          bytes: Buffer.from(Buffer.from(file.bytes).toString("utf8").replace("../../etc", "etc"), "utf8"),
        })),
        options,
      );
      const isOut = Buffer.from(files[0]?.bytes ?? []).includes("../../etc");
      return isOut
        ? {
            ...parsed,
            set: {
              ...parsed.set,
              applications: parsed.set.applications.map((one) => ({
                ...one,
                spec: { ...one.spec, path: "../../etc" },
              })),
            },
          }
        : parsed;
    },
    "a bad document throws": (files, options) => {
      const parsed = parseFleet(files, options);
      if (parsed.errors.some(({ message }) => message.includes("expected")))
        throw new TypeError("undefined is not an object");
      return parsed;
    },
    "what is removed in a file that cannot be read is gone": (files, options) => {
      const parsed = parseFleet(files, options);
      return parsed.held.length === 0
        ? parsed
        : { ...parsed, set: parseFleet(files).set, errors: parsed.errors.map((error) => ({ ...error, path: "" })) };
    },
  },
});
