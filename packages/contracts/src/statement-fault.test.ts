import { expect, test } from "vitest";

import { LineageStatement } from "./gen/names.ts";
import { type Said, statementFault } from "./statement-fault.ts";

const statement = (change: Partial<LineageStatement>): LineageStatement =>
  LineageStatement.fromPartial({ gitRef: "refs/heads/main", lineage: "l", signature: "good", ...change });

const lineage = statement({ source: "web", tip: "c7", tree: "t7", seq: 7n });
const fleetStatement = statement({ source: "_fleet", tip: "f3", tree: "t3", seq: 3n, declarationsDigest: "sha256:d3" });

const said: Said = {
  version: { fleet: 3n, selection: 1n, sources: [{ source: "web", seq: 7n }], tools: 1n },
  source: "web",
  revision: "c7",
  tree: "t7",
  declarationsDigest: "sha256:d3",
  removed: false,
  lineage,
  fleetStatement,
};

const version = (change: object): Said["version"] => ({ ...said.version!, ...change });

test.each<[string, Partial<Said>, string | undefined]>([
  ["all that is signed", {}, undefined],
  ["a tombstone, whose policy an earlier set holds", { removed: true, declarationsDigest: "sha256:d1" }, undefined],
  ["no statement of the source", { lineage: undefined }, "nothing signed says where"],
  ["no statement of the fleet", { fleetStatement: undefined }, "which fleet revision"],
  ["a statement that another signed", { lineage: { ...lineage, signature: "bad" } }, "source web is not signed"],
  [
    "a fleet that another signed",
    { fleetStatement: { ...fleetStatement, signature: "" } },
    "fleet revision is not signed",
  ],
  ["another source", { source: "victim" }, "its source is victim, signed was web"],
  ["another source's statement", { lineage: statement({ ...lineage, source: "mine" }) }, "its source is web"],
  ["another commit", { revision: "c8" }, "its revision is c8, signed was c7"],
  ["another tree", { tree: "forged" }, "its tree is forged, signed was t7"],
  ["another number", { version: version({ sources: [{ source: "web", seq: 8n }] }) }, "seq is 8, signed was 7"],
  ["no number of the source", { version: version({ sources: [] }) }, "seq is undefined, signed was 7"],
  [
    "a number of a source that nothing is signed of",
    { version: version({ sources: [...said.version!.sources, { source: "x", seq: 1n }] }) },
    "another source too",
  ],
  ["another fleet revision", { version: version({ fleet: 4n }) }, "fleet's seq is 4, signed was 3"],
  ["a source's statement for the fleet's", { fleetStatement: { ...lineage, seq: 3n } }, "fleet source is _fleet"],
  ["other declarations", { declarationsDigest: "sha256:forged" }, "declarations digest is sha256:forged"],
  ["a tombstone of another fleet revision", { removed: true, version: version({ fleet: 9n }) }, "fleet's seq is 9"],
  ["no version", { version: undefined }, "seq is undefined"],
])("%s is judged", (_title, change, fault) => {
  const found = statementFault({ ...said, ...change }, ({ signature }) => signature === "good");
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(fault);
});
