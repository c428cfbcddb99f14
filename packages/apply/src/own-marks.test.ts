import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { isOwnedBy, managerNames, marksOf } from "./own-marks.ts";

const owner = { appUid: "u", installation: "prod" };
const ours = { manager: "evenkeel", operation: "Apply" };
const live = (labels: object, annotations: object, managedFields?: readonly object[]): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "x", labels, annotations, ...(managedFields ? { managedFields } : {}) },
  }) as KubeObject;
const label = { "evenkeel.dev/app": "u" };
const installation = { "evenkeel.dev/installation": "prod" };

test.each<readonly [string, boolean, KubeObject]>([
  ["by label, installation and entry", true, live(label, installation, [ours])],
  ["beside other managers", true, live(label, installation, [{ manager: "kubectl", operation: "Update" }, ours])],
  ["by copied marks alone", false, live(label, installation, [{ manager: "kubectl", operation: "Update" }])],
  ["by marks where the server keeps no owners", false, live(label, installation)],
  ["by an update under our name", false, live(label, installation, [{ ...ours, operation: "Update" }])],
  ["by an entry of a subresource", false, live(label, installation, [{ ...ours, subresource: "status" }])],
  ["of another application", false, live({ "evenkeel.dev/app": "v" }, installation, [ours])],
  ["of another installation", false, live(label, { "evenkeel.dev/installation": "test" }, [ours])],
  ["without a label", false, live({}, installation, [ours])],
  ["without an installation", false, live(label, {}, [ours])],
])("an object is ours beyond doubt %s: %s", (_title, own, object) => expect(isOwnedBy(object, owner)).toBe(own));

test("marks say as much as is there", () => {
  expect(marksOf(live(label, {}))).toEqual({ appUid: "u" });
  expect(marksOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } })).toEqual({});
});

test("whoever manages an object is named once, in the order of the server", () => {
  expect(managerNames(live({}, {}, [{ manager: "b" }, { manager: "a" }, { manager: "b" }, {}]))).toEqual(["b", "a"]);
});
