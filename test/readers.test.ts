import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { flows } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);

const textOf = (service: string): string => {
  const files = globSync(`services/${service}/src/**/*.ts`, { cwd: root });
  return files
    .filter((file) => !/\.(?:test|fixture)\.ts$/.test(file))
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
};

const allFlows = Object.entries(flows);
type FlowEntry = (typeof allFlows)[number];
const nameOf = (all: readonly FlowEntry[]): readonly string[] => all.map(([name]) => name);

const built = globSync("services/*/src", { cwd: root }).map((path) => path.split("/")[1] ?? "");
const cases = built.map((service) => ({ service, text: textOf(service) }));

describe("who reads a fact", () => {
  it.each(cases)("$service reads what the contract says, and nothing else of others", ({ service, text }) => {
    const declared = allFlows.filter(([, { readers }]) => (readers as readonly string[]).includes(service));
    const names = ([name, { type }]: FlowEntry): boolean =>
      new RegExp(`\\bflows\\.${name}\\b`).test(text) || text.includes(`"${type}"`);
    expect(nameOf(declared.filter((flow) => !names(flow)))).toEqual([]);
    const published = allFlows.filter(([, { publisher }]) => publisher === service);
    expect(nameOf(published.filter((flow) => !names(flow)))).toEqual([]);
    const ofOthers = allFlows.filter((flow) => names(flow) && flow[1].publisher !== service);
    expect(nameOf(ofOthers.filter((flow) => !declared.includes(flow)))).toEqual([]);
  });
});
