import { describe, expect, test } from "vitest";

import type { LiveObject, ValueMap } from "../json.ts";
import { describeConflicts } from "./describe-conflicts.ts";
import { applied, merged, owners, updated, writer } from "./schema.fixture.ts";

const conflictsOf = (live: LiveObject, fields: ValueMap, manager = "cal") => {
  const outcome = applied(live, writer(manager, 5), fields);
  return outcome.kind === "conflict" ? describeConflicts(outcome.conflicts) : outcome.kind;
};

describe("conflicts", () => {
  const live = updated(
    merged(undefined, writer("ann"), { replicas: 1, ports: [{ port: 80, name: "p" }], labels: { a: "x" } }),
    writer("ben", 2, { subresource: "status" }),
    {
      paused: true,
    },
  );

  test("one is told in the message", () => {
    expect(conflictsOf(live, { replicas: 2 })).toEqual({
      message: 'Apply failed with 1 conflict: conflict with "ann": .replicas',
      causes: [{ reason: "FieldManagerConflict", message: 'conflict with "ann"', field: ".replicas" }],
    });
  });

  test("several are told by manager, with version and subresource of who wrote without applying", () => {
    const told = conflictsOf(live, { replicas: 2, paused: false, ports: [{ port: 80, name: "q" }] });
    expect(told).toMatchObject({
      message: [
        'Apply failed with 3 conflicts: conflicts with "ann":',
        "- .replicas",
        '- .ports[port=80,protocol="TCP"].name',
        'conflicts with "ben" with subresource "status" using e.io/v1:',
        "- .paused",
      ].join("\n"),
    });
  });

  test("equal values and fields of no one are none", () => {
    expect(conflictsOf(live, { replicas: 1, labels: { b: "y" } })).toBe("merged");
  });

  test("force takes the fields", () => {
    const after = merged(live, writer("cal", 5), { replicas: 2 }, { force: true });
    expect(owners(after)).toContainEqual(["cal Apply 05", { "f:replicas": {} }]);
    expect(JSON.stringify(owners(after).find(([who]) => who.startsWith("ann")))).not.toContain("replicas");
  });
});
