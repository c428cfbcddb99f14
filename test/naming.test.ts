import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, it } from "vitest";

const root = dirname(import.meta.dirname);
const PURE = "{words,resource,declarations,drift,apply,health,ledger}";

/** Where `(` at `from` is closed. */
const closeOf = (text: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error("a parenthesis is not closed");
};

/** The exported functions of what decides without I/O, with what each says that it gives. */
const functions = globSync([`packages/${PURE}/src/**/*.ts`, "services/*/src/core/**/*.ts"], { cwd: root })
  .filter((file) => !/\.(?:test|fixture)\.ts$/.test(file))
  .flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(/^export const (\w+) = (?:<[^(]*>)?\(/gm)].map(({ 0: head, 1: name = "", index }) => {
      const after = text.slice(closeOf(text, index + head.length - 1) + 1);
      return { file, name, gives: /^: ([\s\S]*?) =>/.exec(after)?.[1] ?? "" };
    });
  });

/** What the first or last word of a name promises. */
const LAW: readonly (readonly [name: RegExp, promise: (rest: string) => RegExp])[] = [
  [/^decide([A-Z]\w*)$/, (rest) => new RegExp(`^${rest}Decision$`)],
  [/^plan([A-Z]\w*)$/, () => /^\w*Plan(?:<\w+>)?$/],
  [/^(\w+)(?:Refused|Denied)$/, () => / \| undefined$/],
  [/^(?:is|has|may|needs)([A-Z]\w*)$/, () => /^boolean$|^\w+ is /],
];

it.each(LAW)("%s gives what it promises", (name, promise) => {
  const named = functions.filter((each) => name.test(each.name));
  expect(named).not.toEqual([]);
  expect(named.filter((each) => !promise(name.exec(each.name)?.[1] ?? "").test(each.gives))).toEqual([]);
});

it("only decideX gives an XDecision", () => {
  expect(functions.filter(({ name, gives }) => gives.endsWith("Decision") && !name.startsWith("decide"))).toEqual([]);
});

it("nothing that decides is named otherwise", () => {
  expect(functions.filter(({ name }) => /^(?:judge|prove|should|can)[A-Z]/.test(name))).toEqual([]);
});

/** Numbers, sums and products of them, texts and patterns. */
const ONE_VALUE =
  /^(?:export )?const (\w+)(?:: [\w ]+)? = (?:[\d_.]+n?(?: [*+/-] [\d_.]+n?)*|"[^"\n]*"|\/.+\/[a-z]*)(?: as const)?;$/gm;

it("a constant that is one value is written in capitals", () => {
  // The embedded cluster and its judge keep the words of what they imitate.
  const files = globSync(["packages/*/src/**/*.ts", "services/*/src/**/*.ts", "scripts/**/*.ts"], { cwd: root }).filter(
    (file) => !/\.(?:test|fixture)\.ts$|\/(?:testing|gen|node_modules|embedded-cluster|cluster-judge)\//.test(file),
  );
  const names = files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(ONE_VALUE)].map(([, name = ""]) => ({ file, name })),
  );
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter(({ name }) => !/^[A-Z][A-Z0-9_]*$/.test(name))).toEqual([]);
});
