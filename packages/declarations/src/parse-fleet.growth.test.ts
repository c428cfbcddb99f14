import { countOperations } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { application, cluster, docs, fleet, repository, said } from "./fleet-texts.fixture.ts";

const times = (count: number, text: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_unused, at) => text(at));

const fleets: readonly (readonly [name: string, text: (n: number) => string])[] = [
  ["unknown fields", (n) => repository("shop", times(n, (at) => `  unknown${at}: 1\n`).join(""))],
  ["labels that are no text", (n) => cluster("c", `{${times(n, (at) => `l${at}: 1`).join()}}`)],
  ["items of the wrong type", (n) => application("web", `  allowedNamespaces: [${Array(n).fill("{a: b}").join()}]\n`)],
  ["items twice", (n) => application("web", `  allowedNamespaces: [${times(n, (at) => `n${at % 9}`).join()}]\n`)],
  [
    "expressions that need values",
    (n) => application().replace("{}}", `{matchExpressions: [${Array(n).fill("{key: a, operator: In}").join()}]}}`),
  ],
  ["documents", (n) => docs(repository(), ...times(n, (at) => application(`app-${at}`)))],
  ["documents of one name", (n) => docs(...times(n, () => repository()))],
  ["documents without a name", (n) => docs(...times(n, () => "kind: Repository\n"))],
  ["documents of no kind", (n) => docs(...times(n, (at) => `a: ${at}\n`))],
  ["references that lead nowhere", (n) => docs(...times(n, (at) => application(`app-${at}`, "", `repo-${at}`)))],
  [
    "references that lead nowhere beside as many repositories",
    (n) => docs(...times(n, (at) => `${application(`app-${at}`, "", `repo-${at}`)}---\n${repository(`rapo-${at}`)}`)),
  ],
];

describe("the work of reading a fleet", () => {
  it.each(fleets)("grows with its text: %s", (_name, text) => {
    const [few, many] = [text(500), text(1_000)];
    const one = countOperations(() => fleet({ "a.yaml": few }));
    const two = countOperations(() => fleet({ "a.yaml": many }));
    expect(one).toBeGreaterThan(1_000);
    expect(two / one).toBeLessThan(2.3);
  });

  it("tells the first hundred faults of a document and how many more there are", () => {
    const text = repository("shop", times(32_000, (at) => `  unknown${at}: 1\n`).join(""));
    const faults = said({ "a.yaml": text });
    expect(faults).toHaveLength(101);
    expect(faults.filter((line) => line.includes("31900 more faults like these"))).toHaveLength(1);
  });

  it("takes a file of 100,000 documents of one name", { timeout: 60_000 }, () => {
    const { errors, set } = fleet({
      "a.yaml": `${repository()}---\n${"kind: Repository\nmetadata: {name: shop}\n---\n".repeat(100_000)}`,
    });
    expect(set.repositories).toHaveLength(1);
    expect(errors.length).toBeGreaterThan(100_000);
  });
});
