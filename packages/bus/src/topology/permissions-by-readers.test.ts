import { flows, runningServices, services } from "@evenkeel/contracts";
import { expect, it } from "vitest";

const stored = Object.values(flows).filter(({ stream }) => stream !== "");

it.each(runningServices)("%s may read the streams of what it reads or publishes, and no other", (name) => {
  const read = stored.filter(({ readers }) => (readers as readonly string[]).includes(name));
  const own = stored.filter(({ publisher }) => publisher === name || publisher === "*");
  const allowed = services[name].reads.filter((each) => each === each.toUpperCase());
  expect(allowed).toEqual(expect.arrayContaining([...new Set(read.map(({ stream }) => stream))]));
  const known = new Set<string>([...read, ...own].map(({ stream }) => stream));
  expect(allowed.filter((stream) => !known.has(stream))).toEqual([]);
});
