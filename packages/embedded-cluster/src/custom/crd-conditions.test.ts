import { expect, test } from "vitest";

import type { LiveObject } from "../json.ts";
import { beginCrdDeletion, CLEANUP_FINALIZER, nextCrdStep } from "./crd-conditions.ts";
import { mapAt, mapsAt } from "../reading.ts";

const now = "2026-11-23T03:16:48Z";

const gadgets: LiveObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gadgets.ex.io" },
  spec: { group: "ex.io", names: { plural: "gadgets", kind: "Gadget" } },
  status: { conditions: null, acceptedNames: { plural: "", kind: "" }, storedVersions: ["v1"] },
};

/** All that the controllers write until they rest. */
const settle = (given: LiveObject): readonly LiveObject[] => {
  const step = nextCrdStep(given, now, false);
  return step?.kind === "update" ? [step.crd, ...settle(step.crd)] : [];
};
const conditions = (state: LiveObject | undefined): readonly string[] =>
  mapsAt(mapAt(state, "status"), "conditions").map(
    ({ type, status, reason }) => `${type as string}=${status as string} ${reason as string}`,
  );

test("names are accepted first, then it is established, then all rests", () => {
  expect(settle(gadgets).map(conditions)).toEqual([
    ["NamesAccepted=True NoConflicts", "Established=False Installing"],
    ["NamesAccepted=True NoConflicts", "Established=True InitialNamesAccepted"],
  ]);
});

test("one that is deleted is marked, told, its objects go, then it goes; another finalizer keeps it, without ours", () => {
  const dying = structuredClone(settle(gadgets).at(-1)) as LiveObject;
  beginCrdDeletion(dying, now);
  expect(dying.metadata).toMatchObject({ deletionTimestamp: now, finalizers: [CLEANUP_FINALIZER] });
  expect(conditions(dying).at(-1)).toBe("Terminating=True InstanceDeletionPending");
  const [told] = settle(dying);
  expect(conditions(told).at(-1)).toBe("Terminating=True InstanceDeletionInProgress");
  expect([true, false].map((has) => nextCrdStep(told as LiveObject, now, has)?.kind)).toEqual([
    "deleteInstances",
    "release",
  ]);
  dying.metadata["finalizers"] = ["a.b/c", CLEANUP_FINALIZER];
  const last = settle(dying).at(-1);
  expect(last?.metadata["finalizers"]).toEqual(["a.b/c"]);
  expect(conditions(last).at(-1)).toBe("Terminating=False InstanceDeletionCompleted");
});
