import { describe, expect, test } from "vitest";

import { declarationSetDigest, declarationSetJson, readDeclarationSet } from "./declaration-set.ts";
import { application, bytes, cluster, docs, fleet, good, repository, said } from "./fleet-texts.fixture.ts";
import { parseFleet } from "./parse-fleet.ts";

describe("a good fleet", () => {
  test("gets its defaults", () => {
    const { set, errors } = fleet(good);
    expect(errors).toEqual([]);
    expect(set.repositories[0]?.spec).toEqual({
      url: "https://git.example.org/shop.git",
      ref: { head: true },
      intervalMs: 60_000,
    });
    expect(set.clusters[0]?.spec.tenancy).toEqual({ allowConnectionIdentity: false });
    expect(set.applications[0]?.spec).toMatchObject({
      id: "web",
      path: "apps/web",
      render: { kind: "auto", plain: { recurse: true, dialect: "kustomize" }, helm: { releaseName: "web" } },
      targets: { clusterSelector: { matchLabels: {}, matchExpressions: [] } },
      prune: { enabled: true, allowEmpty: false, graceSeconds: 60 },
      deletionPolicy: "orphan",
      drift: "correct",
      recreate: "job-only",
      adopt: "none",
      onConflict: "hold",
      onFight: "correct",
      whenGone: [],
    });
  });

  test("has one stored form, whatever the order of files and documents", () => {
    const one = fleet({ "a.yaml": docs(cluster(), repository()), "b.yaml": application() }).set;
    const other = fleet({ "b.yaml": application(), "a.yaml": docs(repository(), cluster()) }).set;
    expect(declarationSetDigest(one)).toBe(declarationSetDigest(other));
    expect(declarationSetDigest(one)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(readDeclarationSet(bytes(declarationSetJson(one)))).toEqual(one);
  });

  test("with no Cluster has the local one where that is a start option", () => {
    const files = [{ path: "a.yaml", bytes: bytes(repository()) }];
    expect(parseFleet(files, { localCluster: true }).set.clusters[0]?.metadata.name).toBe("local");
    expect(parseFleet(files).set.clusters).toEqual([]);
    const withOne = [{ path: "a.yaml", bytes: bytes(cluster().replace("context", "contxt")) }];
    expect(parseFleet(withOne, { localCluster: true }).set.clusters).toEqual([]);
  });
});

describe("one broken Repository", () => {
  const broken = repository().replace("https://git.example.org/shop.git", "shop.git");
  const applications = ["a", "b", "c"].map((name) => application(name));

  test("is told first, and once for all that name it", () => {
    const told = said({ "apps.yaml": docs(cluster(), ...applications), "repos.yaml": broken });
    expect(told).toEqual([
      expect.stringMatching(/^repos\.yaml:\d+:\d+: spec\.url: /),
      expect.stringMatching(
        /^apps\.yaml:\d+:\d+: spec\.repository: Repository "shop" is not accepted: .*\(2 more wait for it, too\); mend that document/,
      ),
    ]);
  });

  test("that is mended ends all of them, without a change elsewhere", () => {
    expect(said({ "apps.yaml": docs(cluster(), ...applications), "repos.yaml": repository() })).toEqual([]);
  });

  test("that nobody declares is told of each that names it", () => {
    expect(said({ "apps.yaml": docs(cluster(), ...applications) })).toHaveLength(3);
  });
});

describe("allowed kinds of cluster-scoped objects", () => {
  test.each([
    ["[Namespace]", undefined],
    ['["*"]', undefined],
    ["[ClusterRole.rbac.authorization.k8s.io]", undefined],
    ["[rbac.authorization.k8s.io/ClusterRole]", "expected a kind with its group"],
    ["[namespaces]", "expected a kind with its group"],
  ])("%s", (written, fault) => {
    const text = application("web", `  namespace: shop\n  allowedClusterKinds: ${written}\n`);
    const { set, errors } = fleet({ "all.yaml": docs(repository(), cluster(), text) });
    if (fault === undefined) expect(set.applications[0]?.spec.allowedClusterKinds).toHaveLength(1);
    expect(errors.map(({ message }) => message)).toEqual(fault === undefined ? [] : [expect.stringContaining(fault)]);
  });
});

describe("a path that is left to others", () => {
  test.each([
    ["spec.replicas", true],
    ["spec.template.spec.containers[name=web].image", true],
    ["spec.ports[port=80,protocol=TCP].nodePort", true],
    ['metadata.annotations["example.com/owner"]', true],
    ["data.tls-crt", true],
    ["/spec/replicas", false],
    [".spec.replicas", false],
    ["$.spec.replicas", false],
    ["spec/replicas", false],
    ["spec..replicas", false],
    ["spec.replicas.", false],
    ["metadata.annotations.example.com/owner", false],
    ["spec.template.spec.containers[0].image", false],
    ["spec.template.spec.containers[*].image", false],
    ["spec.template.spec.containers[].image", false],
    ['spec["a', false],
    ["", false],
  ])("%j is one: %s", (path, isOne) => {
    const text = application("web", `  ignore: [{paths: [${JSON.stringify(path)}]}]\n`);
    const { errors } = fleet({ "all.yaml": docs(repository(), cluster(), text) });
    const wanted = isOne ? [] : [expect.stringContaining("expected a path of fields, such as spec.replicas")];
    expect(errors.map(({ message }) => message)).toEqual(wanted);
  });
});

describe("a fault", () => {
  test("of any kind is told with file, line, column, path and remedy, and all at once", () => {
    const web = application("web", "  prune: {enabled: yes please}\n  pruned: true\n", "shop-confg");
    const text = docs(repository("shop-config", "  interval: 5\n"), web.replace("clusterSelector", "clusterSelectr"));
    expect(said({ "apps/web.yaml": text })).toEqual([
      'apps/web.yaml:6:13: spec.interval: expected a duration with a unit, such as "60s", got a number; write a duration with a unit, such as "60s"',
      "apps/web.yaml:15:12: spec.targets.clusterSelector: is required; add clusterSelector",
      'apps/web.yaml:15:13: spec.targets.clusterSelectr: unknown field; did you mean "clusterSelector"?',
      "apps/web.yaml:16:20: spec.prune.enabled: expected true or false, got another text; write true or false",
      'apps/web.yaml:17:3: spec.pruned: unknown field; did you mean "prune"?',
    ]);
  });

  test.each([
    ["spec.drift", "drift: swordfish-0891"],
    ["spec.prune.enabled", "prune: {enabled: swordfish-0891}"],
    ["a number that is none", "prune: {graceSeconds: swordfish-0891}"],
    ["a number in place of a text", "drift: 7390891"],
    ["a path", "allowedNamespaces: [/swordfish-0891/]"],
    ["a list", "ignore: swordfish-0891"],
    ["a digest", "allowedClusterKinds: [7390891]"],
  ])("tells no value that strayed into %s", (_title, line) => {
    const errors = said({ "a.yaml": docs(repository(), cluster(), application("web", `  ${line}\n`)) });
    expect(errors).not.toEqual([]);
    expect(errors.join("\n")).not.toMatch(/swordfish|0891/);
  });

  test.each([
    [
      "an unknown kind",
      repository().replace("Repository", "Repositry"),
      'unknown kind "Repositry"; did you mean "Repository"?',
    ],
    ["a missing kind", repository().replace("kind: Repository\n", ""), "kind: is required; add kind: one of"],
    [
      "another API version",
      repository().replace("v1alpha1", "v1"),
      'expected "evenkeel.dev/v1alpha1", got "evenkeel.dev/v1"',
    ],
    ["a name that is no label", repository("Shop_1"), "expected a name of lower-case letters, digits and hyphens"],
    ["a document that is a list", "- a\n", "expected a mapping"],
    [
      "two refs at once",
      repository("shop", "  ref: {branch: main, tag: v1}\n"),
      "exactly one of branch, tag, semver and commit",
    ],
    ["a short commit", repository("shop", "  ref: {commit: abc123}\n"), "expected a full commit id"],
    [
      "an interval of zero",
      repository("shop", "  interval: 0s\n"),
      "the interval is out of range; write a duration from 1s to 1d",
    ],
    [
      "a mistyped policy",
      docs(repository(), application("web", "  drift: corect\n")),
      'expected one of correct, report, hold, got "corect"; did you mean "correct"?',
    ],
    [
      "an absolute path",
      docs(repository(), application().replace("apps/web", "/etc")),
      "expected a path inside the repository",
    ],
    [
      "a climbing path",
      docs(repository(), application().replace("apps/web", "a/../../b")),
      "expected a path inside the repository",
    ],
    [
      "a drive letter",
      docs(repository(), application().replace("apps/web", "C:/x")),
      "expected a path inside the repository",
    ],
    [
      "a selector without values",
      docs(repository(), application().replace("{}", "{matchExpressions: [{key: env, operator: In}]}")),
      "In needs values",
    ],
    [
      "an unknown Repository",
      docs(repository("shop"), application("web", "", "shp")),
      'no Repository named "shp"; did you mean "shop"?',
    ],
    ["a key written twice", `${repository()}  url: https://git.example.org/b.git\n`, "url"],
    [
      "dependsOn",
      docs(repository(), application("web", "  dependsOn: [db]\n")),
      "spec.dependsOn: is not supported yet",
    ],
    ["windows", docs(repository(), application("web", "  windows: []\n")), "spec.windows: is not supported yet"],
    ["signatures", repository("shop", "  verify: {mode: tip}\n"), "spec.verify: is not supported yet"],
  ])("of %s is named", (_what, text, words) => {
    const errors = said({ "f.yaml": text });
    expect(errors.join("\n")).toContain(words);
    expect(errors.every((line) => /^f\.yaml:\d+:\d+: /.test(line))).toBe(true);
  });

  test("never repeats a URL that holds a password", () => {
    const text = repository().replace("https://", "https://ana:hunter2@");
    const errors = said({ "f.yaml": text });
    expect(errors).toHaveLength(1);
    expect(errors.join()).not.toContain("hunter2");
  });

  test("of an Override that is not acted on yet says so", () => {
    const text = `apiVersion: evenkeel.dev/v1alpha1
kind: Override
metadata: {name: stop}
spec: {what: suspend, scope: {application: web}, reason: incident 12, owner: ana, expiresAt: 2026-11-23T12:00:00Z}
`;
    expect(said({ "f.yaml": text })[0]).toContain("f.yaml:4:14: spec.what: suspend is not supported yet");
  });

  test("in the parser's eyes holds the file with one place", () => {
    expect(said({ "f.yaml": "a: [1\nb: 2\n" })).toHaveLength(1);
    expect(said({ "f.yaml": "a: [1\nb: 2\n" })[0]).toMatch(/^f\.yaml:\d+:\d+: /);
  });
});

describe("a temporary declaration", () => {
  test("is read with both ids, its owner and its end", () => {
    const text = docs(
      repository(),
      `apiVersion: evenkeel.dev/v1alpha1
kind: Override
metadata: {name: shop-rewrite}
spec:
  what: acceptRewrite
  scope:
    repository: shop
    gitRef: refs/heads/main
    from: ${"a".repeat(40)}
    to: ${"b".repeat(40)}
  reason: history cleaned
  owner: ana
  expiresAt: 2026-11-23T12:00:00Z
`,
    );
    const { set, errors } = fleet({ "f.yaml": text });
    expect(errors).toEqual([]);
    expect(set.overrides[0]?.spec).toMatchObject({ what: "acceptRewrite", expiresAt: "2026-11-23T12:00:00Z" });
    expect(said({ "f.yaml": text.replace("2026-11-23", "2026-13-23") })).toEqual([
      "f.yaml:19:14: spec.expiresAt: there is no such time; write a time of the calendar, such as in 24 hours",
    ]);
    expect(said({ "f.yaml": text.replace(/ {4}to: .*\n/, "") })[0]).toContain(
      "spec.scope.to: is required for acceptRewrite",
    );
  });

  test("approves one plan of one unit", () => {
    const approval = `apiVersion: evenkeel.dev/v1alpha1
kind: Approval
metadata: {name: big-prune}
spec: {unit: web@prod-eu, planDigest: "${"c".repeat(64)}", reason: read it, owner: ana, expiresAt: 2026-11-23T12:00:00Z}
`;
    const { set, errors } = fleet({ ...good, "approval.yaml": approval });
    expect(errors).toEqual([]);
    expect(set.approvals[0]?.spec).toMatchObject({
      unit: { app: "web", cluster: "prod-eu" },
      planDigest: `sha256:${"c".repeat(64)}`,
    });
    // What a removed application leaves behind may need an Approval too.
    expect(said({ ...good, "approval.yaml": approval.replace("web@prod-eu", "gone@prod-eu") })).toEqual([]);
    expect(said({ ...good, "approval.yaml": approval.replace("web@prod-eu", "web@prod") })[0]).toContain(
      'no Cluster named "prod"',
    );
  });
});
