import { expect, it } from "vitest";

import { render } from "../render.ts";
import type { RenderResult, RenderSpec } from "../request.ts";
import { gitTrees } from "../testing/git-tree.ts";
import type { Content } from "../testing/git-tree.ts";
import { inProcessHost } from "./in-process-host.ts";

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const described = (name: "kustomize" | "helm", version: string) => ({
  [name]: { name, path: `/${name}`, version, digest: `sha256:${version}` },
});

/** Renders `app` while nothing but promises moves on; fails where anything else is waited for. */
const renderAtOnce = async (
  files: { readonly [path: string]: Content },
  spec: RenderSpec = { kind: "auto" },
): Promise<RenderResult> => {
  using git = gitTrees();
  const tools = { ...described("kustomize", "5.8.1"), ...described("helm", "4.2.1") };
  const host = inProcessHost({ tools, clock: { monotonic: () => 7, sleep: () => Promise.reject(new Error("slept")) } });
  let ended: RenderResult | undefined;
  const work = render({ tree: git.write(files), path: "app", spec }, git.source, host, new AbortController().signal);
  void work.then((result) => (ended = result));
  for (let step = 0; step < 10_000 && ended === undefined; step += 1) await Promise.resolve();
  if (ended === undefined) throw new Error("the render waits for more than promises");
  return ended;
};

it("renders a large application with no thread, program, timer or turn of the event loop", async () => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`app/${n}.yaml`, configMap(`c${n}`)]));
  const large = `${configMap("large")}data: {k: "${"x".repeat(200 * 1024)}"}\n`;
  const before = process.getActiveResourcesInfo();
  const result = await renderAtOnce({ ...files, "app/large.yaml": large });
  expect(process.getActiveResourcesInfo()).toEqual(before);
  expect(result).toMatchObject({ outcome: "rendered", durationMs: 0, purity: "static" });
  expect(result.outcome === "rendered" && result.objects.length).toBe(201);
});

it.each([
  ["kustomize", { "app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": configMap("a") }],
  ["helm", { "app/Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n", "app/templates/a.yaml": configMap("a") }],
] as const)(
  "refuses %s by name, whether it is found or declared, and renders what its remedy asks for",
  async (kind, files) => {
    const refusal = {
      outcome: "refused",
      code: "FeatureDisabled",
      file: "app",
      transient: false,
      problem: `${kind} is not simulated: no program is started in this process`,
      remedy: "write plain manifests",
    };
    expect(await renderAtOnce(files)).toMatchObject(refusal);
    expect(await renderAtOnce(files, { kind })).toMatchObject(refusal);
    expect(await renderAtOnce({ "app/a.yaml": configMap("a") })).toMatchObject({ outcome: "rendered" });
  },
);

it("is told apart from another by the description of its tools alone", () => {
  const [one, other] = ["5.8.1", "5.8.2"].map((version) => inProcessHost({ tools: described("kustomize", version) }));
  expect(one?.tools).not.toEqual(other?.tools);
  expect(one?.isolation).toBeUndefined();
});
