import { describe, expect, it } from "vitest";

import type { LiveObject, ValueMap } from "../../json.ts";
import { describeFieldError, type FieldError } from "../field-error.ts";
import { validateKubeFinalizers } from "./kube-finalizers.ts";
import { ANNOTATIONS_LIMIT } from "./labels.ts";
import { nameIsDnsSubdomain } from "./names.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";

const object = (metadata: ValueMap): LiveObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name: "x", namespace: "default", ...metadata },
});
const told = (errors: readonly FieldError[]): readonly string[] =>
  errors.map((error) => `${error.field}: ${describeFieldError(error)}`);
const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "d", uid: "u", controller: true };

describe("metadata of a new object", () => {
  it.each<[string, ValueMap, readonly string[]]>([
    ["is fine", {}, []],
    ["has a name", { name: "" }, ["metadata.name: Required value: name or generateName is required"]],
    ["lies in a namespace", { namespace: "" }, ["metadata.namespace: Required value"]],
    [
      "has no negative generation",
      { generation: -1 },
      ["metadata.generation: Invalid value: -1: must be greater than or equal to 0"],
    ],
    [
      "has no more annotations than 256 KiB",
      { annotations: { a: "x".repeat(ANNOTATIONS_LIMIT) } },
      ["metadata.annotations: Too long: may not be more than 262144 bytes"],
    ],
    ["has annotation keys in any case", { annotations: { "EXAMPLE.com/X": "" } }, []],
    [
      "has at most one controller",
      { ownerReferences: [owner, { ...owner, name: "e" }] },
      [
        `metadata.ownerReferences: Invalid value: ${JSON.stringify([owner, { ...owner, name: "e" }])}: Only one reference can have Controller set to true. Found "true" in references for Deployment/d and Deployment/e`,
      ],
    ],
    [
      "has owners with all that names them",
      { ownerReferences: [{}] },
      [
        'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
        'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
        'metadata.ownerReferences.name: Invalid value: "": must not be empty',
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      ],
    ],
    [
      "does not orphan and delete",
      { finalizers: ["orphan", "foregroundDeletion"] },
      [
        'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
      ],
    ],
  ])("%s", (_title, metadata, found) => {
    expect(told(validateObjectMeta(object(metadata), true, nameIsDnsSubdomain))).toEqual(found);
  });

  it("has finalizers of a domain, in built-in kinds", () => {
    expect(told(validateKubeFinalizers(["mine"]))).toEqual([
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });
});

describe("metadata of a changed object", () => {
  const before = { uid: "1", resourceVersion: "7", generation: 2, creationTimestamp: "2026-01-01T00:00:00Z" };

  it.each<[string, ValueMap, ValueMap, readonly string[]]>([
    ["may stay as it is", before, before, []],
    ["keeps its uid", { ...before, uid: "2" }, before, ['metadata.uid: Invalid value: "2": field is immutable']],
    [
      "says which version it changes",
      { ...before, resourceVersion: "" },
      before,
      ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
    ],
    [
      "does not go back",
      { ...before, generation: 1 },
      before,
      ["metadata.generation: Invalid value: 1: must not be decremented"],
    ],
    [
      "gets no new finalizers while it goes",
      { ...before, deletionTimestamp: "2026-01-02T00:00:00Z", finalizers: ["a/b", "a/c"] },
      { ...before, deletionTimestamp: "2026-01-02T00:00:00Z", finalizers: ["a/b"] },
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/c"}',
      ],
    ],
  ])("%s", (_title, next, old, found) => {
    expect(told(validateObjectMetaUpdate(object(next), object(old)))).toEqual(found);
  });
});
