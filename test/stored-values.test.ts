import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { buckets, flows, runningServices, services } from "@evenkeel/contracts";
import type { StateRule } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);

interface Source {
  readonly file: string;
  readonly text: string;
}

const sourcesIn = (folder: string): readonly Source[] =>
  globSync(`${folder}/**/*.ts`, { cwd: root })
    .filter((file) => !/\.(?:test|fixture)\.ts$|\/(?:fixture|testdata)\//.test(file))
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

const textOf = (sources: readonly Source[]): string => sources.map(({ text }) => text).join("\n");

const allRules: readonly (readonly [name: string, rule: StateRule<unknown>])[] = Object.entries(buckets);
const folders = globSync("services/*/src", { cwd: root }).map((path) => path.split("/")[1] ?? "");
const rooms = textOf([...sourcesIn("packages/bus/src"), ...sourcesIn("packages/artifacts/src")]);
const namesIn = (text: string, call: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(call)].map(([, name = ""]) => name));
const cases = folders.map((service) => ({ service, text: textOf(sourcesIn(`services/${service}/src`)) }));

describe("who writes a stored value", () => {
  it.each(cases)("$service takes what the contract gives it to write, and nothing else", ({ service, text }) => {
    const own = namesIn(text, /\bownState\(\s*buckets\.(\w+)/g);
    const allowed = allRules.filter(([, { writers }]) => writers.includes(service)).map(([name]) => name);
    expect([...own].filter((name) => !allowed.includes(name))).toEqual([]);
    // What a room does for every service that holds it is not in the service's own text.
    const isDone = (name: string): boolean => own.has(name) || new RegExp(`\\bbuckets\\.${name}\\b`).test(rooms);
    expect(allowed.filter((name) => !isDone(name))).toEqual([]);
  });
  it.each(cases)("$service names no value of a bucket that it may not read", ({ service, text }) => {
    const running = runningServices.find((name) => name === service);
    const reads: readonly string[] = running === undefined ? [] : services[running].reads;
    const named = namesIn(text, /\bbuckets\.(\w+)/g);
    const closed = allRules.filter(([name, { bucket }]) => named.has(name) && !reads.includes(bucket));
    expect(closed.map(([name]) => name)).toEqual([]);
  });
  it("has a reader or a writer for every value that the contract names", () => {
    const everywhere = rooms + cases.map(({ text }) => text).join("\n");
    const unused = allRules.filter(([name]) => !new RegExp(`\\bbuckets\\.${name}\\b`).test(everywhere));
    expect(unused.map(([name]) => name)).toEqual([]);
  });
});

describe("a service spells neither keys nor subjects", () => {
  const beginnings = new Set([
    ...allRules.map(([, { template }]) => template.split(".")[0] ?? ""),
    ...Object.values(flows).map(({ template }) => template.split(".")[0] ?? ""),
  ]);
  const words = [...beginnings].filter((word) => !word.startsWith("{")).join("|");
  // A text that begins as a key or subject does and goes on with a token, such as `unit.${...}` or "commit.>".
  const spelled = new RegExp(
    `\\bbus\\.(?:bucket|bytes)\\(|["\`'](?:ek\\.v1\\.|\\$KV\\.|(?:${words})\\.(?:\\$\\{|[*>]))`,
  );
  it.each(folders)("%s", (service) => {
    const found = sourcesIn(`services/${service}/src`).flatMap(({ file, text }) =>
      text.split("\n").flatMap((line, n) => (spelled.test(line) ? [`${file}:${n + 1} ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
