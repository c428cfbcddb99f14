import { globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";

const root = dirname(import.meta.dirname);
// What a Kubernetes API says is not ours to share.
const folders = "{packages/!(embedded-cluster|cluster-judge),services/*}";

/** Unions of three words or more in types, each with its words in order; names of members in Pick and Omit are none. */
const unionsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?<!(?:Pick|Omit)<[^>]*)"[\w-]+"(?:\s*\|\s*"[\w-]+"){2,}/g)].map(([union]) =>
    [...union.matchAll(/"([\w-]+)"/g)]
      .map(([, word = ""]) => word)
      .toSorted()
      .join(" | "),
  );

it("a closed vocabulary stands in one package", () => {
  const places = new Map<string, Set<string>>();
  for (const file of globSync(`${folders}/src/**/*.ts`, { cwd: root })) {
    if (/\/gen\/|\.test\.ts$|fixture/.test(file)) continue;
    const owner = file.split("/").slice(0, 2).join("/");
    for (const union of unionsOf(readFileSync(`${root}/${file}`, "utf8")))
      places.set(union, (places.get(union) ?? new Set()).add(owner));
  }
  expect(places.size).toBeGreaterThan(20);
  const twice = [...places].flatMap(([union, owners]) =>
    owners.size > 1 ? [`${union}: ${[...owners].join(", ")}`] : [],
  );
  expect(twice, "say it in packages/words").toEqual([]);
});
