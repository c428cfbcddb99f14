import { describe, expect, it } from "vitest";

import { fleetFileOf, roleOf } from "./fleet-entries.ts";
import type { FleetEntry } from "./fleet-entries.ts";
import { parseFleet } from "./parse-fleet.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const repository =
  "apiVersion: evenkeel.dev/v1alpha1\nkind: Repository\nmetadata: {name: shop}\nspec: {url: https://example.org/shop.git}\n";
const app =
  "apiVersion: evenkeel.dev/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {repository: shop, path: web, targets: {clusterSelector: {}}}\n";
const json = JSON.stringify({
  apiVersion: "evenkeel.dev/v1alpha1",
  kind: "Application",
  metadata: { name: "web" },
  spec: { repository: "shop", path: "web", targets: { clusterSelector: {} } },
});

type Written = string | Uint8Array | { readonly kind: FleetEntry["kind"] };

const readAll = (written: { readonly [path: string]: Written }) =>
  Object.entries(written).flatMap(([path, content]) => {
    const body = typeof content === "string" ? bytes(content) : content instanceof Uint8Array ? content : undefined;
    const kind = body === undefined ? (content as { readonly kind: FleetEntry["kind"] }).kind : "file";
    const entry = { path, kind, size: body?.length ?? 0 };
    return fleetFileOf(entry, roleOf(entry) === "read" ? body : undefined) ?? [];
  });

const accepted = parseFleet(readAll({ "r.yaml": repository, "app.yaml": app })).set;
const next = (written: { readonly [path: string]: Written }) =>
  parseFleet(readAll({ "r.yaml": repository, ...written }), { previous: accepted });
const utf16 = Uint8Array.from(Buffer.from(`\ufeff${app}`, "utf16le"));

describe("an Application whose file is named otherwise", () => {
  it.each([
    ["as *.yml", { "app.yml": app }],
    ["as *.json", { "app.json": json }],
    ["in another directory", { "apps/web/app.yaml": app }],
    ["with another extension of ours at its end", { "app.bak.yaml": app }],
  ])("is the same %s", (_, written) => {
    const { errors, held, set } = next(written);
    expect(errors).toEqual([]);
    expect(held).toEqual([]);
    expect(set.applications.map(({ metadata }) => metadata.name)).toEqual(["web"]);
  });

  it.each<readonly [string, { readonly [path: string]: Written }, string]>([
    ["in capitals", { "app.YAML": app }, "app.YAML"],
    ["set aside", { "app.yaml.bak": app }, "app.yaml.bak"],
    ["set aside by an editor", { "app.yaml~": app }, "app.yaml~"],
    ["switched off", { "app.yml.disabled": "" }, "app.yml.disabled"],
    ["packed", { "app.yaml.gz": Uint8Array.of(0x1f, 0x8b, 0) }, "app.yaml.gz"],
    ["as text", { "app.txt": app }, "app.txt"],
    ["without an extension", { app: `\n# ours\n${app}` }, "app"],
    ["in JSON without an extension", { app: json }, "app"],
    ["as a template", { "app.tpl": app }, "app.tpl"],
    ["hidden", { ".app.yaml": app }, ".app.yaml"],
    ["in a hidden directory", { ".off/app.yaml": app }, ".off/app.yaml"],
    ["as a link", { "app.yaml": { kind: "symlink" } }, "app.yaml"],
    ["below a linked directory", { apps: { kind: "symlink" } }, "apps"],
    ["below a submodule", { apps: { kind: "submodule" } }, "apps"],
    ["in another encoding", { "app.yaml": utf16 }, "app.yaml"],
    ["in another encoding and name", { "app.conf": utf16 }, "app.conf"],
    ["beside foreign YAML", { "compose.yml": "services: {}\n" }, "compose.yml"],
    ["beside a manifest", { "d.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n" }, "d.yaml"],
    ["beside YAML that does not parse", { "x.yaml": "a: [\n" }, "x.yaml"],
  ])("stays, and says so, %s", (_, written, file) => {
    const { errors, held, set } = next(written);
    expect(set.applications.map(({ metadata }) => metadata.name)).toEqual(["web"]);
    expect(held).toEqual(["Application/web"]);
    expect(errors.some((error) => error.file === file && error.message !== "")).toBe(true);
    if (file === "app.yaml") return;
    expect(errors).toContainEqual({
      file: "app.yaml",
      line: 1,
      column: 1,
      path: "",
      message: `Application "web" stays as last accepted: nothing counts as removed while ${file} cannot be read`,
      remedy: `correct or remove ${file}`,
    });
  });
});

describe("an Application that is removed", () => {
  it.each<readonly [string, { readonly [path: string]: Written }]>([
    ["from a fleet of declarations alone", {}],
    ["beside documents for people", { "README.md": `How to:\n\n${app}` }],
    ["beside other data", { "logo.png": Uint8Array.of(1, 2, 3), Makefile: "all:\n", ".github/ci.yaml": "on: push\n" }],
    ["beside JSON that is no declaration", { "package.json": '{"name": "fleet"}' }],
  ])("is gone %s", (_, written) => {
    const { held, set } = next(written);
    expect(set.applications).toEqual([]);
    expect(held).toEqual([]);
  });

  it("is gone once what could not be read is removed or read", () => {
    const between = next({ "app.yaml.bak": app }).set;
    const after = parseFleet(readAll({ "r.yaml": repository }), { previous: between });
    expect(after.set.applications).toEqual([]);
    expect(after.errors).toEqual([]);
  });

  it("tells of JSON that is no declaration", () => {
    expect(next({ "app.yaml": app, "package.json": "{}" }).errors).toMatchObject([
      { file: "package.json", message: "this is no declaration: it has neither apiVersion nor kind" },
    ]);
  });
});
