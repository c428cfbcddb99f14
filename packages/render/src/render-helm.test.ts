import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseManifests, toCanonical } from "@evenkeel/resource";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { HelmParameters, RenderResult, Tool } from "./index.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
let helm: Tool;
let folder: string;
let scaffold: { [path: string]: string };
beforeAll(async () => {
  helm = await toolForTests("helm");
  trees = await hostedTrees({ tools: { helm } });
  folder = mkdtempSync(join(tmpdir(), "evenkeel-helm-"));
  run(["create", "web"]);
  scaffold = filesOf(join(folder, "web"), "app");
}, 300_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await trees[Symbol.asyncDispose]();
});

const run = (args: readonly string[]): Buffer => {
  const { status, stdout, stderr } = spawnSync(helm.path, args, {
    cwd: folder,
    env: { HOME: folder, PATH: "/nowhere" },
  });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
};

const filesOf = (directory: string, path: string): { [path: string]: string } =>
  Object.fromEntries(
    readdirSync(directory, { withFileTypes: true }).flatMap((entry): [string, string][] => {
      const [inner, name] = [join(directory, entry.name), `${path}/${entry.name}`];
      return entry.isDirectory() ? Object.entries(filesOf(inner, name)) : [[name, readFileSync(inner, "utf8")]];
    }),
  );

const build = (files: Files, helmParameters: Partial<HelmParameters> = {}): Promise<RenderResult> =>
  trees.build(files, { spec: { helm: { releaseName: "web", namespace: "shop", ...helmParameters } } });

const chart = (templates: { readonly [name: string]: string }, more: Files = {}): Files => ({
  "app/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
  ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`app/templates/${name}`, text])),
  ...more,
});
const configMap = (value: string, name = "a"): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  k: ${value}\n`;
const data = (result: RenderResult): unknown =>
  result.outcome === "rendered"
    ? result.objects.map(({ json }) => (JSON.parse(json) as { data?: unknown }).data)
    : result;

describe("rendering a chart", () => {
  it("gives what the program itself gives, object by object, each with its template", async () => {
    const values = { replicaCount: 3, ingress: { enabled: true } };
    const result = await build(scaffold, { values });
    expect(result).toMatchObject({ outcome: "rendered", kind: "helm" });
    writeFileSync(join(folder, "values.json"), JSON.stringify(values));
    const output = run([
      "template",
      "web",
      "./web",
      "-n",
      "shop",
      "-f",
      "values.json",
      "--skip-tests",
      "--include-crds",
    ]);
    const byHand = parseManifests(output, { file: "out", dialect: "api" }).objects.map(
      (one) => toCanonical(one.object).json,
    );
    const objects = result.outcome === "rendered" ? result.objects : [];
    expect(objects.map(({ json }) => json).sort()).toEqual(byHand.sort());
    const origins = Object.fromEntries(objects.map(({ ref, origin }) => [ref.kind, origin.file]));
    expect(origins["Deployment"]).toBe("app/templates/deployment.yaml");
  });

  it("gives values files in order and inline values last, from anywhere in the repository", async () => {
    const files = chart(
      { "a.yaml": configMap("{{ .Values.a }}{{ .Values.b }}{{ .Values.c }}{{ .Release.Namespace }}") },
      { "app/values.yaml": "a: 1\nb: 1\nc: 1\n", "env/x,y.yaml": "b: 2\nc: 2\n", "env/z.yaml": "c: 3\n" },
    );
    const valuesFiles = ["env/x,y.yaml", "env/z.yaml"];
    expect(data(await build(files, { valuesFiles }))).toEqual([{ k: "123shop" }]);
    expect(data(await build(files, { valuesFiles: valuesFiles.toReversed(), values: { a: 9 } }))).toEqual([
      { k: "922shop" },
    ]);
  });

  it("gives version and capabilities as asked, and the objects of crds unless told not to", async () => {
    const files = chart(
      {
        "a.yaml": configMap(
          '{{ .Capabilities.KubeVersion.Minor }}-{{ .Capabilities.APIVersions.Has "x.dev/v1" }}-{{ .Release.IsInstall }}-{{ .Release.Revision }}',
        ),
      },
      { "app/crds/c.yaml": configMap("crd", "c") },
    );
    const result = await build(files, {
      kubeVersion: "1.36",
      apiVersions: ["x.dev/v1", "y.dev/v1"],
      includeCRDs: false,
    });
    expect(data(result)).toEqual([{ k: "36-true-true-1" }]);
    expect(data(await build(files))).toHaveLength(2);
  });

  it("hits when nothing of the chart or its values changed", async () => {
    const files = chart({ "a.yaml": configMap("hit") });
    expect(await build(files)).toMatchObject({ cache: "miss", purity: "scanned" });
    expect(await build({ ...files, "other/x": "x" })).toMatchObject({ cache: "hit", purity: "scanned" });
    expect(await build(files, { values: { a: 1 } })).toMatchObject({ cache: "miss" });
  });

  it("gives a typed result for a chart of nothing, and reads the API server's dialect", async () => {
    expect(await build(chart({ "a.yaml": "{{ if false }}x{{ end }}" }))).toMatchObject({ outcome: "empty" });
    expect(data(await build(chart({ "a.yaml": configMap("yes") })))).toEqual([{ k: true }]);
  });

  it("applies hooks of install and upgrade as objects, and leaves out the others and tests", async () => {
    const hook = (name: string, moment: string): string =>
      configMap("x", name).replace("\ndata:", `\n  annotations: {helm.sh/hook: "${moment}"}\ndata:`);
    const result = await build(
      chart({
        "a.yaml": hook("up", "pre-install,pre-upgrade"),
        "b.yaml": hook("down", "pre-delete"),
        "c.yaml": hook("try", "test"),
      }),
    );
    expect(result).toMatchObject({
      objects: [{ ref: { name: "up" } }],
      warnings: [
        expect.stringMatching(/ConfigMap up with helm.sh\/hook: pre-install,pre-upgrade: it is applied with the rest/),
        expect.stringMatching(/ConfigMap down with helm.sh\/hook: pre-delete: it is left out/),
        expect.stringMatching(/ConfigMap try with helm.sh\/hook: test: it is left out/),
      ],
    });
  });

  it("cannot look anything up outside of its files", async () => {
    const files = chart({
      "a.yaml": configMap(
        '"{{ lookup "v1" "Secret" "" "" | len }}{{ getHostByName "localhost" }}{{ .Files.Get "/etc/hostname" }}"',
      ),
    });
    expect(data(await build(files))).toEqual([{ k: "0" }]);
  });

  it("takes a vendored dependency with the lock file that helm writes", async () => {
    mkdirSync(join(folder, "dep/templates"), { recursive: true });
    writeFileSync(join(folder, "dep/Chart.yaml"), "apiVersion: v2\nname: dep\nversion: 1.2.3\n");
    writeFileSync(join(folder, "dep/templates/d.yaml"), configMap("dep", "d"));
    mkdirSync(join(folder, "main"));
    writeFileSync(
      join(folder, "main/Chart.yaml"),
      'apiVersion: v2\nname: main\nversion: 1.0.0\ndependencies:\n- {name: dep, version: ">=1.0.0 <2", repository: "file://../dep", condition: dep.on, alias: other, tags: [a, b]}\n',
    );
    run(["dependency", "update", "main"]);
    const archive = readFileSync(join(folder, "main/charts/dep-1.2.3.tgz"));
    const lock = readFileSync(join(folder, "main/Chart.lock"), "utf8");
    const files = (more: Files = {}): Files => ({
      "app/Chart.yaml": readFileSync(join(folder, "main/Chart.yaml"), "utf8"),
      "app/Chart.lock": lock,
      "app/charts/dep-1.2.3.tgz": archive,
      ...more,
    });
    expect(data(await build(files()))).toEqual([{ k: "dep" }]);
    expect(
      await build(files({ "app/Chart.lock": lock.replace(/digest: \S+/, `digest: sha256:${"0".repeat(64)}`) })),
    ).toMatchObject({ code: "DependencyRefused", problem: "the lock file does not belong to these dependencies" });
    expect(await build(files({ "app/Chart.lock": lock.replace("1.2.3", "1.2.4") }))).toMatchObject({
      code: "DependencyRefused",
      problem: "the dependency dep is locked at 1.2.4, and charts/ holds 1.2.3",
    });
    const { "app/charts/dep-1.2.3.tgz": _gone, ...without } = files();
    expect(await build(without)).toMatchObject({
      code: "DependencyRefused",
      problem: "the dependency dep is not in charts/",
    });
  });
});

describe("proving that a chart gives the same each time", () => {
  it.each([
    ["randAlphaNum", "{{ randAlphaNum 8 | quote }}"],
    ["uuidv4", "{{ uuidv4 }}"],
    ["genCA", '{{ (genCA "x" 1).Cert | b64enc }}'],
    ["now, also when it shows seconds only", '{{ now | date "15:04:05" | quote }}'],
    ["a function reached by tpl", '{{ tpl (printf "{{ %s 8 | quote }}" (printf "rand%s" "Alpha")) . }}'],
  ])("refuses %s, naming the object and the path", async (_name, template) => {
    const result = await build(chart({ "a.yaml": configMap(template), "b.yaml": configMap("same", "b") }));
    expect(result).toMatchObject({
      code: "NonDeterministic",
      message: "app/templates/a.yaml: ConfigMap a differs between two runs in data.k; pin the value in the values file",
    });
  });

  it.each([
    ["tpl over a value", "{{ tpl .Values.t . }}", "twice"],
    ["a name that only looks like one", "{{ .Values.now }}{{ .Values.keys }}", "scanned"],
    ["a comment", "{{/* randAlpha now */}}x", "scanned"],
    ["the members of a map, sorted", '{{ keys .Values.m | sortAlpha | join "-" }}', "twice"],
  ])("takes %s", async (_name, template, purity) => {
    const files = chart(
      { "a.yaml": configMap(template) },
      { "app/values.yaml": 't: "a{{ .Release.Name }}"\nnow: n\nkeys: k\nm: {b: 1, a: 2}\n' },
    );
    expect(await build(files)).toMatchObject({ outcome: "rendered", purity });
  });
});
