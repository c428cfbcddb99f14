import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { claimSiblings } from "./claim-siblings.ts";
import type { SiblingPolicy } from "./claim-siblings.ts";

const object = (spec: JsonObject, managedFields: readonly JsonObject[] = []): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a", managedFields: managedFields as Json },
    spec,
  }) as KubeObject;
const entry = (manager: string, probe: JsonObject, change: JsonObject = {}): JsonObject => ({
  manager,
  operation: manager === "evenkeel" ? "Apply" : "Update",
  fieldsV1: { "f:spec": { "f:probe": probe } },
  ...change,
});
const ours = entry("evenkeel", { "f:httpGet": {} });
const theirs = (manager: string, change: JsonObject = {}) =>
  entry(manager, { "f:tcpSocket": { "f:port": {} } }, change);
const policy: SiblingPolicy = { drift: "correct", onConflict: "hold" };

/** Git says `httpGet`; live is `tcpSocket`. */
const desired = object({ probe: { httpGet: { port: 80 } } });
const live = (...managers: readonly JsonObject[]) =>
  object({ probe: { tcpSocket: { port: 80 } } }, [ours, ...managers]);
const claim = (at: KubeObject, how = policy, causes: readonly string[] = ["spec.probe"]) =>
  claimSiblings(desired, at, causes, how);
/** Whose the field is, as our next apply would find it. */
const ownersOf = ({ managedFields }: ReturnType<typeof claimSiblings>): readonly unknown[] | undefined =>
  managedFields?.flatMap(({ manager, fieldsV1 }) => (JSON.stringify(fieldsV1).includes("tcpSocket") ? [manager] : []));

describe("what stands beside a declared choice", () => {
  test.each<readonly [string, KubeObject, SiblingPolicy, readonly unknown[] | undefined, readonly string[]]>([
    ["goes where nobody has it: it was filled in for the other choice", live(), policy, ["evenkeel"], []],
    ["goes where a person chose it", live(theirs("kubectl-edit")), policy, ["evenkeel"], []],
    [
      "goes where a person had it before Git named it",
      live(theirs("kubectl-edit before Git")),
      policy,
      ["evenkeel"],
      [],
    ],
    [
      "stays where a person chose it, and drift is reported only",
      live(theirs("kubectl-edit")),
      { ...policy, drift: "report" },
      undefined,
      ["kubectl-edit"],
    ],
    ["stays where a controller chose it", live(theirs("hpa")), policy, undefined, ["hpa"]],
    [
      "goes where a controller chose it, and conflicts are taken",
      live(theirs("hpa")),
      { ...policy, onConflict: "take" },
      ["evenkeel"],
      [],
    ],
    [
      "stays where it is of a subresource, whatever is declared",
      live(theirs("hpa", { subresource: "status" })),
      { ...policy, onConflict: "take" },
      undefined,
      ["hpa"],
    ],
    ["stays where one of its owners keeps it", live(theirs("kubectl-edit"), theirs("hpa")), policy, undefined, ["hpa"]],
  ])("%s", (_title, at, how, owners, kept) => {
    const claimed = claim(at, how);
    expect([ownersOf(claimed), claimed.kept.map(({ manager }) => manager)]).toEqual([owners, kept]);
    expect(claimed.kept.every(({ field }) => field === "spec.probe.tcpSocket")).toBe(true);
  });

  test.each<readonly [string, readonly string[], boolean]>([
    ["where the server complains of the choice", ["spec.probe"], true],
    ["where it complains of what is around it", ["spec"], true],
    ["where it complains of a member of it", ["spec.probe.tcpSocket"], true],
    ["where it names no place", [], true],
    ["not where it complains of something deeper", ["spec.probe.tcpSocket.port"], false],
    ["not where it complains of another place", ["spec.other"], false],
  ])("is looked at %s: %s", (_title, causes, found) => {
    expect(claim(live(), policy, causes).managedFields !== undefined).toBe(found);
  });

  test.each<readonly [string, JsonObject, JsonObject]>([
    ["where the choice is live already", { httpGet: { port: 80 } }, { httpGet: { port: 80 }, tcpSocket: { port: 80 } }],
    ["where Git declares both", { httpGet: { port: 80 }, tcpSocket: { port: 80 } }, { tcpSocket: { port: 80 } }],
    ["where Git declares nothing there", {}, { tcpSocket: { port: 80 } }],
  ])("stays %s", (_title, wanted, found) => {
    const at = object({ probe: found }, [ours]);
    expect(claimSiblings(object({ probe: wanted }), at, ["spec.probe"], policy).managedFields).toBeUndefined();
  });

  test("stays where nothing of the object is ours: nothing can change hands", () => {
    expect(
      claim(object({ probe: { tcpSocket: { port: 80 } } }, [theirs("kubectl-edit")])).managedFields,
    ).toBeUndefined();
  });
});

describe("a plain value that nobody has", () => {
  const at = object({ probe: { address: "10.0.0.1" } }, [ours]);
  test.each<readonly [string, readonly string[], boolean]>([
    ["may be an address that was allotted: it is told, and stays", [], false],
    ["goes where it is named", ["spec.probe.address"], true],
    ["stays where another one is named", ["spec.probe.other"], false],
  ])("%s", (_title, plain, goes) => {
    const claimed = claimSiblings(desired, at, ["spec.probe"], policy, plain);
    expect([claimed.managedFields !== undefined, claimed.loose]).toEqual([goes, ["spec.probe.address"]]);
  });
});

test("what stands beside a choice in an item of a list is found by the keys of the item", () => {
  const key = 'k:{"name":"web"}';
  const fields = (member: string): JsonObject => ({
    "f:spec": { "f:containers": { [key]: { "f:probe": { [member]: {} } } } },
  });
  const spec = (probe: JsonObject): JsonObject => ({ containers: [{ name: "other" }, { name: "web", probe }] });
  const managers = [
    { ...ours, fieldsV1: fields("f:httpGet") },
    { ...theirs("kubectl-edit"), fieldsV1: fields("f:tcpSocket") },
  ];
  const found = object(spec({ tcpSocket: { port: 80 } }), managers);
  const claimed = claimSiblings(object(spec({ httpGet: { port: 80 } })), found, ["spec.containers[1].probe"], policy);
  expect(ownersOf(claimed)).toEqual(["evenkeel"]);
});
