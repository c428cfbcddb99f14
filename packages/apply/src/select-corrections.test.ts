import { describe, expect, test } from "vitest";

import { selectCorrections } from "./select-corrections.ts";
import type { DriftFinding } from "./select-corrections.ts";
import { ref } from "./web.fixture.ts";

describe("a finding", () => {
  const applied = [{ ref, uid: "u1", recordRevision: 5n }];
  const finding = (change: Partial<DriftFinding>): DriftFinding => ({
    ref,
    verdict: "DRIFT",
    uid: "u1",
    inventoryRevision: 5n,
    ...change,
  });
  test.each<[string, Partial<DriftFinding>, string]>([
    ["of drift is put back with force", { verdict: "DRIFT" }, "force u1"],
    ["of lost ownership is put back without force", { verdict: "OWN" }, "no-force u1"],
    ["of a missing object makes it again", { verdict: "MISSING", uid: "" }, "no-force "],
    ["of a deletion in progress waits", { verdict: "TERMINATING" }, "later"],
    ["of order is not corrected", { verdict: "ORDER" }, "nothing"],
    ["of a fight is corrected with force", { verdict: "CONTESTED" }, "force u1"],
    ["that could not be verified is not corrected", { verdict: "UNVERIFIABLE" }, "nothing"],
    ["about another object of that name is put back once it is known whose it is", { uid: "u2" }, "force u2 replaced"],
    [
      "about an equal object of that name takes it without force",
      { uid: "u2", verdict: "OWN" },
      "no-force u2 replaced",
    ],
    ["older than the record is dropped", { inventoryRevision: 4n }, "nothing"],
    ["newer than the record holds", { inventoryRevision: 9n }, "force u1"],
    ["about an object that is not applied is dropped", { ref: { ...ref, name: "other" } }, "nothing"],
  ])("%s", (_title, change, wanted) => {
    const { now, later } = selectCorrections([finding(change)], applied);
    const [first] = now;
    const text =
      first === undefined
        ? later.length > 0
          ? "later"
          : "nothing"
        : `${first.force ? "force" : "no-force"} ${first.uid}${first.replaced ? " replaced" : ""}`;
    expect(text).toBe(wanted);
  });
});
