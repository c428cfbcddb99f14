import { Finding, DriftDetected, Verdict } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { fightReason, findingsByRef, findingsOf, managersOf, pathsOf } from "./drift-findings.ts";

const web = { group: "apps", kind: "Deployment", namespace: "shop", name: "web" };
const role = { group: "rbac.authorization.k8s.io", kind: "ClusterRole", namespace: "", name: "reader" };
const finding = (paths: readonly string[], managers: readonly string[] = []): Finding =>
  Finding.fromPartial({
    ref: web,
    verdict: Verdict.DRIFT,
    uid: "u1",
    inventoryRevision: 7n,
    fields: paths.map((path) => ({ path })),
    managers: managers.map((name) => ({ name })),
  });

describe("of a fact is corrected", () => {
  const [one, nameless] = [finding(["spec.a"]), Finding.fromPartial({ uid: "u2" })];
  test.each([
    ["nothing where nothing was found", [], []],
    ["each finding, in order", [one, { ...one, ref: role }], [web, role]],
    ["no finding that names no object", [nameless, one], [web]],
  ])("%s", (_title, findings, refs) => {
    const fact = DriftDetected.fromPartial({ findings });
    expect(findingsOf(fact).map(({ ref }) => ref)).toEqual(refs);
    expect([...findingsByRef(fact).values()].map(({ ref }) => ref)).toEqual(refs);
  });

  test("what the decision needs: the very object, and the inventory that it was found against", () => {
    expect(findingsOf(DriftDetected.fromPartial({ findings: [one] }))).toEqual([
      { ref: web, verdict: one.verdict, uid: "u1", inventoryRevision: 7n },
    ]);
  });

  test("the last of two findings about one object", () => {
    const later = { ...one, uid: "u9" };
    expect([...findingsByRef(DriftDetected.fromPartial({ findings: [one, later] })).values()]).toMatchObject([
      { uid: "u9" },
    ]);
  });
});

test.each([
  ["are sorted, so that a contest about them has one name", finding(["spec.b", "spec.a"]), ["spec.a", "spec.b"]],
  ["are none where the object is gone", finding([]), []],
  ["are none where nothing is known of it", undefined, []],
])("the paths of a finding %s", (_title, of, paths) => expect(pathsOf(of)).toEqual(paths));

test.each([
  ["unknown where none is known", finding([]), "unknown"],
  ["unknown where the finding is not", undefined, "unknown"],
  ["named once, however many entries one has", finding([], ["hpa", "hpa"]), "hpa"],
  ["all named", finding([], ["hpa", "kubectl-edit"]), "hpa, kubectl-edit"],
  ["named in one order, whoever wrote last", finding([], ["kubectl-edit", "hpa"]), "hpa, kubectl-edit"],
])("the managers of a finding are %s", (_title, of, names) => expect(managersOf(of)).toBe(names));

describe("the incident of a contest", () => {
  test.each([
    ["the field", web, finding(["spec.a"], ["hpa"]), "Deployment shop/web: evenkeel and hpa keep writing spec.a"],
    [
      "up to three fields",
      web,
      finding(["c", "b", "a"]),
      "Deployment shop/web: evenkeel and unknown keep writing a, b, c",
    ],
    ["how many more", web, finding(["e", "d", "c", "b", "a"]), "evenkeel and unknown keep writing a, b, c and 2 more"],
    [
      "the object alone where it goes as a whole",
      role,
      finding([]),
      "ClusterRole reader: evenkeel and unknown keep writing it",
    ],
    ["the object alone where nothing more is known", web, undefined, "evenkeel and unknown keep writing it"],
  ])("names %s", (_title, ref, of, words) => {
    expect(fightReason(ref, of, "correct").message).toContain(`${words} against each other; `);
  });

  test.each([
    ["correct", "it is put back at a falling rate"],
    ["hold", "it is left alone, as onFight: hold says"],
  ] as const)("says what onFight: %s does", (onFight, words) => {
    const { code, message, remedy } = fightReason(web, finding(["spec.a"]), onFight);
    expect([code, message.endsWith(words)]).toEqual(["Fight", true]);
    expect(remedy).not.toBe("");
  });

  test("stays the same while it lasts, whoever of many wrote last", () => {
    const first = fightReason(web, finding(["spec.a", "spec.b"], ["hpa", "kubectl-edit"]), "correct");
    const later = fightReason(web, finding(["spec.b", "spec.a"], ["kubectl-edit", "hpa", "kubectl-edit"]), "correct");
    expect(later).toEqual(first);
  });
});
