import { gunzipSync, gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openRenderHost } from "./index.ts";
import type { HelmParameters, RenderResult, Tool } from "./index.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
let helm: Tool;
beforeAll(async () => {
  helm = await toolForTests("helm");
  trees = await hostedTrees({ tools: { helm } });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

const release = { releaseName: "web", namespace: "shop" };
const build = (files: Files, parameters: Partial<HelmParameters> = {}): Promise<RenderResult> =>
  trees.build(files, { spec: { helm: { ...release, ...parameters } } });

const chart = (templates: { readonly [name: string]: string }, more: Files = {}): Files => ({
  "app/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
  ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`app/templates/${name}`, text])),
  ...more,
});
const configMap = (value: string, name = "a"): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  k: ${value}\n`;

/** A tar of one chart folder, by hand: what no program would pack. */
type Entry = readonly [name: string, content: string | Uint8Array, type?: string];
const pack = (...entries: readonly Entry[]): Uint8Array =>
  gzipSync(
    Buffer.concat([
      ...entries.flatMap(([name, content, type = "0"]) => {
        const header = Buffer.alloc(512);
        header.write(name, 0);
        header.write(content.length.toString(8).padStart(11, "0"), 124);
        header.write(type, 156);
        return [header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)];
      }),
      Buffer.alloc(1024),
    ]),
  );

const good = ["dep/Chart.yaml", "apiVersion: v2\nname: dep\nversion: 1.0.0\n"] as const;
const withArchive = (...entries: readonly Entry[]): Files =>
  chart({}, { "app/charts/dep-1.0.0.tgz": pack(good, ...entries) });

const LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";

type Refusal = readonly [name: string, files: Files, code: string, says: string, parameters?: Partial<HelmParameters>];
const refusals: readonly Refusal[] = [
  ["a chart without a name", { "app/Chart.yaml": "version: 1.0.0\n" }, "ChartRefused", "app/Chart.yaml: the name"],
  ["a chart name that climbs", { "app/Chart.yaml": "name: ../x\nversion: 1.0.0\n" }, "ChartRefused", "the name"],
  [
    "a dependency to be downloaded",
    chart(
      {},
      {
        "app/Chart.yaml":
          "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: redis, version: 1.x, repository: 'https://h'}]\n",
      },
    ),
    "DependencyRefused",
    "redis is not in charts/",
  ],
  [
    "a schema that would be fetched",
    chart({}, { "app/values.schema.json": '{"properties": {"a": {"$ref": "https://h/s.json"}}}' }),
    "ChartRefused",
    "$ref leads to",
  ],
  [
    "a schema in a file of the system",
    chart({}, { "app/values.schema.json": '{"$ref": "file:///etc/passwd"}' }),
    "ChartRefused",
    "$ref leads to",
  ],
  [
    "a schema in a language that would be fetched",
    chart({}, { "app/values.schema.json": '{"$schema": "https://json-schema.org/draft-99/schema"}' }),
    "ChartRefused",
    "$schema leads to",
  ],
  [
    "an archive of two folders",
    withArchive(["other/values.yaml", "a: b\n"]),
    "ChartRefused",
    "more than the folder of one chart",
  ],
  [
    "an LFS pointer among the files of a chart",
    chart({ "a.yaml": configMap('{{ .Files.Get "model.bin" }}') }, { "app/model.bin": LFS }),
    "LfsPointer",
    "app/model.bin",
  ],
  ["an LFS pointer as template", chart({ "a.yaml": LFS }), "LfsPointer", "app/templates/a.yaml"],
  [
    "an LFS pointer in an archive",
    withArchive(["dep/files/a.bin", LFS]),
    "LfsPointer",
    "app/charts/dep-1.0.0.tgz/dep/files/a.bin",
  ],
  ["an archive that is an LFS pointer", chart({}, { "app/charts/dep-1.0.0.tgz": LFS }), "LfsPointer", "dep-1.0.0.tgz"],
  [
    "values that break the schema",
    chart(
      { "a.yaml": configMap("x") },
      { "app/values.yaml": "a: x\n", "app/values.schema.json": '{"properties": {"a": {"type": "integer"}}}' },
    ),
    "RenderFailed",
    "got string, want integer",
  ],
  [
    "a symlink out of the chart",
    chart({}, { "app/files/x": { link: "/etc/hostname" } }),
    "TreeEntryForbidden",
    "/etc/hostname",
  ],
  ["a symlinked folder out of the chart", chart({}, { "app/files": { link: "/etc" } }), "TreeEntryForbidden", '"/etc"'],
  [
    "a values file that is not there",
    chart({}),
    "RenderFailed",
    "env/none.yaml does not exist",
    { valuesFiles: ["env/none.yaml"] },
  ],
  ["a values file out of the repository", chart({}), "PathOutsideRepo", "leads out", { valuesFiles: ["../x.yaml"] }],
  [
    "encrypted values",
    chart({}, { "env/v.yaml": "a: 'ENC[AES256_GCM,data:x]'\nsops: {mac: x}\n" }),
    "RenderFailed",
    "encrypted input",
    { valuesFiles: ["env/v.yaml"] },
  ],
  ["values with a cycle", chart({}, { "app/values.yaml": "a: &a {b: *a}\n" }), "YamlRefused", "app/values.yaml:1:11"],
  ["a template that fails", chart({ "a.yaml": '{{ fail "told so" }}' }), "RenderFailed", "told so"],
  ["a template that does not parse", chart({ "a.yaml": "{{ if }}" }), "RenderFailed", "missing value for if"],
  ["output that is no YAML", chart({ "a.yaml": "a: [\n" }), "RenderFailed", "YAML parse error on web/templates/a.yaml"],
  [
    "a release name that is a flag",
    chart({ "a.yaml": configMap("x") }),
    "RenderFailed",
    "--post-renderer",
    { releaseName: "--post-renderer=x" },
  ],
  ["an archive that climbs", withArchive(["dep/../../x", "x"]), "ChartRefused", 'the path "dep/../../x"'],
  ["an archive with an absolute path", withArchive(["/etc/x", "x"]), "ChartRefused", 'the path "/etc/x"'],
  ["an archive with a symlink", withArchive(["dep/link", "", "2"]), "ChartRefused", "no regular file"],
  ["an archive with a hard link", withArchive(["dep/link", "", "1"]), "ChartRefused", "no regular file"],
  ["an archive with an entry twice", withArchive(["dep/x", "a"], ["dep/x", "b"]), "ChartRefused", "twice"],
  ["an archive that grows 800 times", withArchive(["dep/x", "0".repeat(8_000_000)]), "ChartRefused", "grows too large"],
  [
    "an archive with 30,000 entries",
    withArchive(...Array.from({ length: 30_000 }, (_, index) => [`dep/${index}`, ""] as const)),
    "ChartRefused",
    "over 20000 entries",
  ],
  ["an archive that is none", chart({}, { "app/charts/dep-1.0.0.tgz": "no gzip" }), "ChartRefused", "is not gzip"],
];

describe("refusing a chart", () => {
  it.each(refusals.map((row) => ({ row, name: row[0] })))("refuses $name", async ({ row }) => {
    const [, files, code, says, parameters] = row;
    const result = await build(files, parameters);
    expect(result).toMatchObject({ outcome: "refused", code, message: expect.stringContaining(says) });
    expect((result as { message: string }).message).not.toMatch(/\/dev\/shm|\/tmp/);
  });

  it.each([
    ["an endless range", "{{ range $i := until 1000000000 }}x{{ end }}"],
    ["a template that includes itself", '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}'],
  ])("ends %s", async (_name, template) => {
    await using host = await openRenderHost({ tools: { helm }, limits: { cpuSeconds: 1, wallMs: 10_000 } });
    const result = await trees.build(chart({ "a.yaml": template }), { host, spec: { helm: release } });
    expect(result).toMatchObject({
      outcome: "refused",
      code: expect.stringMatching(/^(RenderTimeout|ResourceExhausted|RenderFailed)$/),
    });
  });
});

describe("packed charts", () => {
  const long = `${"deep/".repeat(40)}a.txt`;
  const dep = (...entries: readonly Entry[]): Uint8Array =>
    pack(good, ["dep/templates/a.yaml", configMap('{{ .Files.Get "x.txt" | quote }}', "dep")], ...entries);
  const names = (result: RenderResult): readonly string[] =>
    result.outcome === "rendered" ? result.objects.map(({ json }) => json) : [JSON.stringify(result)];

  it("reach helm as they were read, those in packed and in unpacked charts too", async () => {
    const inner = pack(
      ["inner/Chart.yaml", "apiVersion: v2\nname: inner\nversion: 1.0.0\n"],
      ["inner/templates/b.yaml", configMap('{{ .Files.Get "y.txt" | quote }}', "inner")],
      ["inner/y.txt", "of the inner one"],
    );
    // A second end of the archive, behind which a reader that goes on would find another file.
    const tar = Buffer.from(gunzipSync(dep(["dep/x.txt", "as read"])));
    const hidden = gunzipSync(pack(["dep/templates/evil.yaml", configMap("x", "evil")]));
    const result = await build(
      chart(
        {},
        {
          "app/charts/dep-1.0.0.tgz": gzipSync(Buffer.concat([tar, hidden])),
          "app/charts/plain/Chart.yaml": "apiVersion: v2\nname: plain\nversion: 1.0.0\n",
          "app/charts/plain/charts/inner-1.0.0.tgz": inner,
        },
      ),
    );
    expect(names(result)).toHaveLength(2);
    expect(names(result).join()).toContain('"k":"as read"');
    expect(names(result).join()).toContain('"k":"of the inner one"');
  });

  it("keep long names and nested archives", async () => {
    const inner = pack(
      ["inner/Chart.yaml", "apiVersion: v2\nname: inner\nversion: 1.0.0\n"],
      ["inner/templates/b.yaml", configMap("x", "inner")],
    );
    const body = `{{ .Files.Get "${long}" | quote }}`;
    const path = `dep/${long}`;
    const pax = `path=${path}\n`;
    const record = `${pax.length + 4} ${pax}`;
    const result = await build(
      chart(
        {},
        {
          "app/charts/dep-1.0.0.tgz": pack(
            good,
            ["dep/templates/a.yaml", configMap(body, "dep")],
            ["pax", record, "x"],
            ["short", "behind a long name"],
            ["dep/charts/inner-1.0.0.tgz", inner],
          ),
        },
      ),
    );
    expect(names(result).join()).toContain("behind a long name");
  });
});
