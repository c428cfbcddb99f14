import { describe, expect, test } from "vitest";

import type { LiveObject, Value, ValueMap } from "../json.ts";
import { beginCrdDeletion, CLEANUP_FINALIZER, nextCrdStep } from "./crd-conditions.ts";
import { mapAt, mapsAt } from "../reading.ts";

const now = "2026-11-23T03:16:48Z";
const later = "2026-11-23T03:20:00Z";

const crd = (plural: string, names: ValueMap, group = "ex.io"): LiveObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: { group, names: { plural, ...names } },
  status: { conditions: null, acceptedNames: { plural: "", kind: "" }, storedVersions: ["v1"] },
});

const gadgets = crd("gadgets", { singular: "gadget", kind: "Gadget", listKind: "GadgetList", shortNames: ["gd"] });

/** All that the controllers write until they rest. */
const settle = (given: LiveObject, others: readonly LiveObject[] = [], at = now): readonly LiveObject[] => {
  const states: LiveObject[] = [];
  let current = given;
  for (;;) {
    const step = nextCrdStep(current, [current, ...others], at, false);
    if (step?.kind !== "update") return states;
    current = step.crd;
    states.push(current);
  }
};

const statusOf = (state: LiveObject | undefined): ValueMap => mapAt(state, "status") ?? {};
const conditionsOf = (state: LiveObject | undefined): readonly ValueMap[] => mapsAt(statusOf(state), "conditions");
const conditions = (state: LiveObject | undefined): readonly string[] =>
  conditionsOf(state).map(
    ({ type, status, reason, message }) =>
      `${type as string}=${status as string} ${reason as string}: ${message as string}`,
  );
const accepted = (state: LiveObject | undefined): Value => statusOf(state)["acceptedNames"] ?? null;

describe("the steps after a CRD was made", () => {
  const states = settle(gadgets);

  test("names are accepted first, then it is established, then all rests", () => {
    expect(states.map(conditions)).toEqual([
      [
        "NamesAccepted=True NoConflicts: no conflicts found",
        "Established=False Installing: the initial names have been accepted",
      ],
      [
        "NamesAccepted=True NoConflicts: no conflicts found",
        "Established=True InitialNamesAccepted: the initial names have been accepted",
      ],
    ]);
    expect(accepted(states[0])).toEqual({
      plural: "gadgets",
      singular: "gadget",
      shortNames: ["gd"],
      kind: "Gadget",
      listKind: "GadgetList",
    });
  });

  test("a name of another CRD is refused until that one lets go of it", () => {
    const established = states.at(-1) as LiveObject;
    const rival = crd("gizmos", {
      singular: "gadget",
      kind: "Gadget",
      listKind: "GadgetList",
      shortNames: ["gd", "gi"],
    });
    const [refused] = settle(rival, [established]);
    expect(conditions(refused)).toEqual([
      'NamesAccepted=False ListKindConflict: "GadgetList" is already in use',
      "Established=False NotAccepted: not all names are accepted",
    ]);
    expect(accepted(refused)).toEqual({ plural: "gizmos", kind: "" });
    const freed = settle(refused as LiveObject, [], later).at(-1);
    expect(conditions(freed)).toEqual(conditions(states.at(-1)));
  });

  test("a changed short name is taken up without another condition", () => {
    const established = states.at(-1) as LiveObject;
    const spec = established["spec"] as ValueMap;
    const changed = {
      ...established,
      spec: { ...spec, names: { ...(spec["names"] as ValueMap), shortNames: ["g2"] } },
    };
    const after = settle(changed, [], later);
    expect(after).toHaveLength(1);
    expect((accepted(after[0]) as ValueMap)["shortNames"]).toEqual(["g2"]);
    expect(conditionsOf(after[0])[0]?.["lastTransitionTime"]).toBe(now);
  });
});

describe("the steps of a CRD's deletion", () => {
  const dying = structuredClone(settle(gadgets).at(-1)) as LiveObject;
  beginCrdDeletion(dying, later);

  test("it is marked, told, its objects go, then it goes", () => {
    expect(dying.metadata).toMatchObject({ deletionTimestamp: later, finalizers: [CLEANUP_FINALIZER] });
    expect(conditions(dying).at(-1)).toMatch(/^Terminating=True InstanceDeletionPending: /);
    const told = nextCrdStep(dying, [dying], later, true);
    expect(told?.kind).toBe("update");
    const next = told?.kind === "update" ? told.crd : dying;
    expect(conditions(next).at(-1)).toBe(
      "Terminating=True InstanceDeletionInProgress: CustomResource deletion is in progress",
    );
    expect(nextCrdStep(next, [next], later, true)).toEqual({ kind: "deleteInstances" });
    expect(nextCrdStep(next, [next], later, false)).toEqual({ kind: "release" });
  });

  test("another finalizer keeps it, without ours", () => {
    const kept = structuredClone(dying);
    kept.metadata["finalizers"] = ["a.b/c", CLEANUP_FINALIZER];
    const last = settle(kept, [], later).at(-1);
    expect(last?.metadata["finalizers"]).toEqual(["a.b/c"]);
    expect(conditions(last).at(-1)).toBe("Terminating=False InstanceDeletionCompleted: removed all instances");
  });
});
