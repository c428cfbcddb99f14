import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { parseManifests, toCanonical } from "@evenkeel/resource";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openRenderHost } from "./index.ts";
import type { Tool } from "./index.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { HostedTrees } from "./testing/hosted-trees.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
let kustomize: Tool;
beforeAll(async () => {
  kustomize = await toolForTests("kustomize");
  trees = await hostedTrees({ tools: { kustomize } });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

const object = (kind: string, name: string, rest = ""): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${rest}`;
const configMap = (name: string): string => object("ConfigMap", name, "data:\n  k: x\n");

/** What the program itself makes of the files, read as the API server would. */
const byHand = (files: { readonly [path: string]: string }, path: string): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), "evenkeel-kustomize-"));
  try {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    const { status, stdout, stderr } = spawnSync(kustomize.path, ["build", join(folder, path)]);
    if (status !== 0) throw new Error(stderr.toString());
    const { objects } = parseManifests(stdout, { file: "out", dialect: "api" });
    return objects.map((one) => toCanonical(one.object).json).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const overlay = {
  "base/kustomization.yaml":
    "resources: [web.yaml, service.yaml]\nconfigMapGenerator:\n- name: settings\n  files: [app.conf, renamed=app.conf]\n  envs: [app.env]\n",
  "base/web.yaml":
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: web:1\n        env: [{name: MODE, value: "0644"}, {name: HOW, value: "yes"}]\n        envFrom: [{configMapRef: {name: settings}}]\n',
  "base/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 0x50}]}\n",
  "base/app.conf": "a=1\n%b\n",
  "base/app.env": "X=1\n",
  "part/kustomization.yaml":
    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: labels.yaml, target: {kind: Service}}]\n",
  "part/labels.yaml": "- {op: add, path: /metadata/labels, value: {part: yes-of-course}}\n",
  "app/kustomization.yaml":
    "resources: [../base]\ncomponents: [../part]\nnamespace: shop\nnamePrefix: eu-\nimages: [{name: web, newTag: '2'}]\nreplicas: [{name: web, count: 3}]\npatches:\n- path: patch.yaml\n- target: {kind: Service}\n  patch: |-\n    - {op: add, path: /spec/type, value: NodePort}\ngenerators: [extra.yaml]\n",
  "app/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {minReadySeconds: 5}\n",
  "app/extra.yaml": "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: extra}\nfiles: [extra.txt]\n",
  "app/extra.txt": "extra\n",
} as const;

describe("rendering a kustomization", () => {
  it("gives what the program itself gives, object by object", async () => {
    const result = await trees.build(overlay);
    expect(result).toMatchObject({ outcome: "rendered", kind: "kustomize", purity: "static", warnings: [] });
    const objects = result.outcome === "rendered" ? result.objects : [];
    expect(objects.map(({ json }) => json).sort()).toEqual(byHand(overlay, "app"));
    expect(objects.map(({ ref }) => `${ref.kind}/${ref.namespace}`)).toEqual([
      "ConfigMap/shop",
      "ConfigMap/shop",
      "Service/shop",
      "Deployment/shop",
    ]);
    expect(objects[0]!.origin.file).toBe("app");
  });

  it("hits when only files outside of the closure change, and when all of it moves", async () => {
    const first = await trees.build(overlay);
    const digest = first.outcome === "rendered" ? first.digest : "";
    expect(await trees.build({ ...overlay, "other/x.yaml": "x", "app/README.md": "x" })).toMatchObject({
      cache: "hit",
      digest,
    });
    const moved = Object.fromEntries(Object.entries(overlay).map(([path, content]) => [`deep/er/${path}`, content]));
    expect(await trees.build(moved, { path: "deep/er/app" })).toMatchObject({
      cache: "hit",
      digest,
      objects: expect.any(Array),
    });
    const changed = await trees.build({ ...overlay, "base/app.conf": "a=2\n" });
    expect(changed).toMatchObject({ cache: "miss", outcome: "rendered" });
    expect(changed).not.toMatchObject({ digest });
  });

  it.each([
    ["built here", "resources: [a.yaml]\n"],
    [
      "by the program",
      "resources: [a.yaml]\ncommonAnnotations: {helm.sh/hook: pre-delete}\ngenerators: [extra.yaml]\n",
    ],
  ])("heeds the marks of other engines, %s", async (_title, kustomization) => {
    const result = await trees.build({
      "app/kustomization.yaml": kustomization,
      "app/a.yaml": configMap("a").replace("name: a", "name: a\n  annotations: {helm.sh/hook: pre-delete}"),
      "app/extra.yaml": "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: extra}\nliterals: [a=b]\n",
    });
    expect(result).toMatchObject({
      outcome: "empty",
      warnings: expect.arrayContaining([expect.stringContaining("with helm.sh/hook: pre-delete: it is left out")]),
    });
  });

  it("leaves nothing behind, and gives the program nothing but its files", async () => {
    const before = readdirSync("/dev/shm").filter((name) => name.startsWith(`evenkeel-render-${process.pid}-`));
    await trees.build({ "app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": configMap("left") });
    for (const name of before) expect(readdirSync(join("/dev/shm", name))).toEqual([]);
  });

  it("warns of scalars that readers take differently, where they are written", async () => {
    const files = {
      "app/kustomization.yaml": "resources: [a.yaml]\n",
      "app/a.yaml": object("ConfigMap", "w", "data: {k: yes}\n"),
    };
    const result = await trees.build(files);
    expect(result).toMatchObject({
      warnings: [expect.stringContaining("app/a.yaml:5:11: ScalarAmbiguous")],
      objects: [{ json: expect.stringContaining('"k":"yes"') }],
    });
    expect(await trees.build(files, { spec: { strictYaml: true } })).toMatchObject({
      code: "ScalarAmbiguous",
      file: "app/a.yaml",
    });
  });

  it("takes bases and vars with a warning, and copies a symlink inside", async () => {
    const result = await trees.build({
      "app/kustomization.yaml": "bases: [sub]\nresources: [link.yaml]\n",
      "app/sub/kustomization.yaml": "resources: [a.yaml]\n",
      "app/sub/a.yaml": configMap("sub"),
      "app/link.yaml": { link: "files/b.yaml" },
      "app/files/b.yaml": configMap("linked"),
    });
    expect(result).toMatchObject({
      outcome: "rendered",
      warnings: ["app/kustomization.yaml: bases is deprecated; write resources instead"],
      objects: [{ ref: { name: "linked" } }, { ref: { name: "sub" } }],
    });
  });

  it("gives a typed result for a build of nothing", async () => {
    expect(await trees.build({ "app/kustomization.yaml": "resources: []\n" })).toMatchObject({ outcome: "empty" });
  });

  it("has the program judge some builds that did without it, and does none after they differed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "evenkeel-other-"));
    const path = join(folder, "kustomize");
    writeFileSync(path, `#!/bin/sh\n/bin/cat <<END\n${configMap("other")}END\n`, { mode: 0o755 });
    await using host = await openRenderHost({ tools: { kustomize: { ...kustomize, path } } });
    let built = 0;
    for (let result; host.builds.here && built < 1_000; built++) {
      const files = { "app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": configMap(`judged-${built}`) };
      result = await trees.build(files, { host });
      expect(result).toMatchObject(
        host.builds.here
          ? { warnings: [], objects: [{ ref: { name: `judged-${built}` }, origin: { file: "app/a.yaml" } }] }
          : { warnings: [expect.stringContaining("please report it")], objects: [{ ref: { name: "other" } }] },
      );
    }
    expect(host.builds.here).toBe(false);
    rmSync(folder, { recursive: true });
  }, 60_000);
});
