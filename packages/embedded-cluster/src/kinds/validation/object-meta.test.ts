import { describe, expect, it } from "vitest";

import type { LiveObject, ValueMap } from "../../json.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";
import { ANNOTATIONS_LIMIT } from "./labels.ts";
import { nameIsDnsSubdomain, pathSegment } from "./names.ts";

const object = (metadata: ValueMap): LiveObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name: "x", namespace: "default", ...metadata },
});
const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "d", uid: "u", controller: true };
const long = "a".repeat(64);

describe("metadata of a new object", () => {
  it.each<[string, ValueMap, string?]>([
    ["is fine", {}],
    ["has a name", { name: "" }, "name"],
    ["has a name in lower case", { name: "X" }, "name"],
    ["lies in a namespace", { namespace: "" }, "namespace"],
    ["has no negative generation", { generation: -1 }, "generation"],
    ["has a limit to annotations", { annotations: { a: "x".repeat(ANNOTATIONS_LIMIT) } }, "annotations"],
    ["has annotation keys in any case", { annotations: { "EXAMPLE.com/X": "" } }],
    ["has label keys with one domain", { labels: { "a/b/c": "" } }, "labels"],
    ["has label keys with no empty domain", { labels: { "/c": "" } }, "labels"],
    ["has label keys of 63 bytes", { labels: { [long]: "" } }, "labels"],
    ["has labels that may be empty", { labels: { "example.com/My_name": "" } }],
    ["has labels without spaces", { labels: { a: "a b" } }, "labels"],
    ["counts bytes, not characters", { labels: { a: "é".repeat(32) } }, "labels"],
    ["has at most one controller", { ownerReferences: [owner, { ...owner, name: "e" }] }, "ownerReferences"],
    ["has owners by name", { ownerReferences: [{ ...owner, name: "" }] }, "ownerReferences.name"],
    ["does not orphan and delete", { finalizers: ["orphan", "foregroundDeletion"] }, "finalizers"],
  ])("%s", (_title, metadata, ...fields) => {
    expect(validateObjectMeta(object(metadata), true, nameIsDnsSubdomain).map(({ field }) => field)).toEqual(
      fields.map((field) => `metadata.${field}`),
    );
  });

  it("lets a prefix end in a dash, for more will follow", () => {
    expect([true, false].map((prefix) => nameIsDnsSubdomain("web-", prefix).length)).toEqual([0, 1]);
  });

  it("forbids what would not be one part of a path", () => {
    expect(pathSegment("..", false)).toEqual(["may not be '..'"]);
    expect(pathSegment("a/b%c", false)).toEqual(["may not contain '/'", "may not contain '%'"]);
  });
});

describe("metadata of a changed object", () => {
  const before = { uid: "1", resourceVersion: "7", generation: 2, creationTimestamp: "2026-01-01T00:00:00Z" };
  const going = { ...before, deletionTimestamp: "2026-01-02T00:00:00Z", finalizers: ["a/b"] };

  it.each<[string, ValueMap, ValueMap, string?]>([
    ["may stay as it is", before, before],
    ["keeps its uid", { ...before, uid: "2" }, before, "uid"],
    ["says which version it changes", { ...before, resourceVersion: "" }, before, "resourceVersion"],
    ["does not go back", { ...before, generation: 1 }, before, "generation"],
    ["gets no new finalizers while it goes", { ...going, finalizers: ["a/b", "a/c"] }, going, "finalizers"],
  ])("%s", (_title, next, old, ...fields) => {
    expect(validateObjectMetaUpdate(object(next), object(old)).map(({ field }) => field)).toEqual(
      fields.map((field) => `metadata.${field}`),
    );
  });
});
