import { flows } from "@evenkeel/contracts";
import { expect, it } from "vitest";

import { services } from "./permissions.ts";

const stored = Object.values(flows).filter(({ stream }) => stream !== "");

// The notifier is not built yet.
const built = Object.entries(services).filter(([name]) => name !== "notifier");

it.each(built)("%s may read the streams of what it reads or publishes, and no other", (name, row) => {
  const read = stored.filter(({ readers }) => (readers as readonly string[]).includes(name));
  const own = stored.filter(({ publisher }) => publisher === name || publisher === "*");
  const allowed = row.reads.filter((each) => each === each.toUpperCase());
  expect(allowed).toEqual(expect.arrayContaining([...new Set(read.map(({ stream }) => stream))]));
  const known = new Set<string>([...read, ...own].map(({ stream }) => stream));
  expect(allowed.filter((stream) => !known.has(stream))).toEqual([]);
});
