import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Tool } from "./index.ts";
import { renderLimits } from "./limits.ts";
import { launchersOf, OPEN } from "./sandbox/isolation.ts";
import type { IsolationWay } from "./sandbox/isolation.ts";
import { proveIsolation } from "./sandbox/prove-isolation.ts";
import { openSandbox } from "./sandbox/sandbox.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { programStarter } from "./sandbox/starter.ts";
import { FETCHING_CHARTS, FETCHING_KUSTOMIZATIONS } from "./testing/fetching-inputs.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { loopbackRecorder } from "./testing/loopback-recorder.ts";
import type { LoopbackRecorder } from "./testing/loopback-recorder.ts";
import { toolForTests } from "./testing/programs.ts";

const WALLS: readonly (readonly IsolationWay[])[] = [["namespace", "socket filter"], ["namespace"], ["socket filter"]];

let kustomize: Tool;
let helm: Tool;
let recorder: LoopbackRecorder;
let trees: HostedTrees;
let folder: string;
beforeAll(async () => {
  [kustomize, helm] = await Promise.all([toolForTests("kustomize"), toolForTests("helm")]);
  recorder = await loopbackRecorder();
  trees = await hostedTrees({ tools: { kustomize, helm }, buildHere: false });
  folder = mkdtempSync(join(tmpdir(), "evenkeel-network-"));
}, 300_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await trees[Symbol.asyncDispose]();
  await recorder[Symbol.asyncDispose]();
});

const write = (files: Files): string => {
  const root = mkdtempSync(join(folder, "files-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content as string);
  }
  return root;
};

/** Runs a program on the files as they are, with git within its reach: nothing was checked, only the walls stand. */
const runUnchecked = async (
  sandbox: Sandbox,
  argv: readonly string[],
  files: Files,
): Promise<{ readonly stderr: string; readonly seen: readonly string[] }> => {
  const cwd = write(files);
  const { stderr, startFailed } = await sandbox.starter.run(
    {
      argv,
      cwd,
      env: { PATH: "/usr/bin:/bin", HOME: cwd, GIT_TERMINAL_PROMPT: "0" },
      stdoutFile: join(cwd, "stdout"),
      stderrBytes: 64 * 1024,
      wallMs: 30_000,
    },
    AbortSignal.timeout(40_000),
  );
  expect(startFailed).toBeUndefined();
  return { stderr, seen: recorder.taken() };
};

const build = (): readonly string[] => [kustomize.path, "build", "app"];
const template = (...rest: readonly string[]): readonly string[] => [helm.path, "template", ...rest];
const remoteCharts = (): readonly (readonly string[])[] => [
  template("x", `oci://${recorder.host}/charts/a`, "--plain-http", "--version=1.0.0"),
  template("x", `${recorder.url}/a-1.0.0.tgz`),
  template("x", "a", `--repo=${recorder.url}`),
  template("x", "./app", `--values=${recorder.url}/v.yaml`),
];

describe("with the checks", () => {
  it.each(FETCHING_KUSTOMIZATIONS)("refuses $name before kustomize starts", async ({ files }) => {
    const result = await trees.build(files(recorder.url));
    expect(result).toMatchObject({ outcome: "refused", transient: false });
    expect(["RemoteBase", "FeatureDisabled", "RenderFailed"]).toContain((result as { code: string }).code);
    expect((result as { message: string }).message).not.toContain("kustomize failed");
    expect(recorder.taken()).toEqual([]);
  });

  it.each(FETCHING_CHARTS)("refuses a chart with $name before helm starts", async ({ files }) => {
    const result = await trees.build(files(recorder.url), { spec: { helm: { releaseName: "a", namespace: "a" } } });
    expect(result).toMatchObject({ outcome: "refused", code: "ChartRefused" });
    expect(recorder.taken()).toEqual([]);
  });
});

describe("without any check and without a wall", () => {
  it("every one of these inputs is fetched, so that the tests below mean something", async () => {
    await using open = await openSandbox(renderLimits, []);
    expect(open.isolation.ways).toEqual([]);
    const unseen: string[] = [];
    const look = async (name: string, argv: readonly string[], files: Files): Promise<void> => {
      const { seen, stderr } = await runUnchecked(open, argv, files);
      if (!seen.includes("connection")) unseen.push(`${name}: ${stderr}`);
    };
    for (const { name, files } of FETCHING_KUSTOMIZATIONS) await look(name, build(), files(recorder.url));
    for (const { name, files } of FETCHING_CHARTS) await look(name, template("x", "./app"), files(recorder.url));
    for (const argv of remoteCharts()) await look(argv.join(" "), argv, FETCHING_CHARTS[0]?.files("x") ?? {});
    expect(unseen).toEqual([]);
    const starter = programStarter(OPEN);
    expect(await proveIsolation(starter, folder, true, AbortSignal.timeout(20_000))).toBe(
      "it still reaches an address of this machine, an address of this machine without a connection, a socket by its name, a socket by its file",
    );
    await starter[Symbol.asyncDispose]();
  }, 240_000);
});

describe.each(WALLS.map((ways) => ({ ways, name: ways.join(" and ") })))(
  "without any check, behind a $name",
  ({ ways }) => {
    let sandbox: Sandbox;
    beforeAll(async () => {
      sandbox = await openSandbox(renderLimits, ways);
    }, 60_000);
    afterAll(() => sandbox[Symbol.asyncDispose]());

    it("stands on this machine", () => expect(sandbox.isolation.ways).toEqual(ways));

    it("kustomize fetches nothing", async () => {
      for (const { name, files } of FETCHING_KUSTOMIZATIONS) {
        expect((await runUnchecked(sandbox, build(), files(recorder.url))).seen, name).toEqual([]);
      }
    }, 240_000);

    it("helm fetches nothing", async () => {
      for (const { name, files } of FETCHING_CHARTS) {
        expect((await runUnchecked(sandbox, template("x", "./app"), files(recorder.url))).seen, name).toEqual([]);
      }
      for (const argv of remoteCharts()) {
        expect((await runUnchecked(sandbox, argv, FETCHING_CHARTS[0]?.files("x") ?? {})).seen, argv.join(" ")).toEqual(
          [],
        );
      }
    }, 240_000);

    it("no name is asked for", async () => {
      const input = FETCHING_KUSTOMIZATIONS.find(({ name }) => name === "a patch");
      const { stderr } = await runUnchecked(sandbox, build(), input?.files("http://secret.of.a.tenant.example") ?? {});
      expect(stderr).toMatch(
        /dial udp[^|]*(?:network is unreachable|permission denied)|lookup [^|]*: (?:socket|connect)/,
      );
    });

    it("no socket of this machine is reached, by address, name or file, by what a program starts", async () => {
      for (const launcher of launchersOf(ways).filter((one) => one.ways.length === ways.length)) {
        await using starter = programStarter(launcher);
        const why = await proveIsolation(starter, folder, ways.includes("socket filter"), AbortSignal.timeout(20_000));
        // Root may also make the namespace by itself; where that is not allowed the other launcher stands.
        expect(why).toBeUndefined();
      }
    });
  },
);

describe("where no wall can be had", () => {
  it("says so, refuses configurations of plugins, and still builds the rest", async () => {
    await using bare = await hostedTrees({ tools: { kustomize }, buildHere: false, isolation: [] });
    expect(bare.host.isolation).toEqual({ ways: [], failed: ["neither unshare nor perl is here"] });
    const files = {
      "app/kustomization.yaml": "resources: [a.yaml]\ntransformers: [t.yaml]\n",
      "app/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
      "app/t.yaml":
        "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: t}\nprefix: x-\nfieldSpecs: [{path: metadata/name}]\n",
    };
    expect(await bare.build(files)).toMatchObject({
      code: "FeatureDisabled",
      message:
        "app/t.yaml: configurations of plugins are off: nothing keeps kustomize off the network here; let the renderer make user namespaces or seccomp filters, or render in CI and commit the result",
    });
    expect(await trees.build(files)).toMatchObject({ outcome: "rendered", objects: [{ ref: { name: "x-a" } }] });
    expect(
      await bare.build({ ...files, "app/kustomization.yaml": "namePrefix: y-\nresources: [a.yaml]\n" }),
    ).toMatchObject({
      outcome: "rendered",
    });
  });
});

it("gives kustomize what was read of its instructions, and data byte for byte", async () => {
  const odd =
    '# a comment\napiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nliterals: ["a=\\u2028\\ufeff"]\n';
  const both = await trees.build({
    "app/kustomization.yaml":
      "generators:\n- g.yaml\n- |\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: h}\n  files: [g.yaml]\ngeneratorOptions: {disableNameSuffixHash: true}\n",
    "app/g.yaml": odd,
  });
  expect(both).toMatchObject({ outcome: "rendered", objects: [{}, {}] });
  const data = (both as { objects: readonly { json: string }[] }).objects.map(
    ({ json }) => (JSON.parse(json) as { data: { readonly [key: string]: string } }).data,
  );
  expect(data).toEqual(expect.arrayContaining([{ a: "\u2028\ufeff" }, { "g.yaml": odd }]));
});
