import { canonicalJson, SET_FORMAT, sha256Hex } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

import type { Closure } from "../closure.ts";
import type { RenderRequest, RenderSpec } from "../request.ts";
import { normalPath, relativeTo } from "../source/repo-path.ts";
import type { Tool } from "../tools.ts";

/** Counts in every key: a change of what a render makes of the same input has to change it. */
const RENDER_FORMAT = "evenkeel.dev/render/4";

/** Everything that the result of a render depends on, as canonical JSON; its SHA-256 is the key of the render. */
export const inputListing = (closure: Closure, path: string, spec: RenderSpec, tool: Tool | undefined): string =>
  canonicalJson({
    format: [RENDER_FORMAT, SET_FORMAT],
    kind: closure.kind,
    path: relativeTo(path, closure.root),
    tool: tool === undefined ? null : { name: tool.name, version: tool.version, digest: tool.digest },
    // No input, but what is said of a set of nothing.
    ...(closure.program === undefined ? {} : { program: relativeTo(closure.program, closure.root) }),
    parameters: parametersOf(closure.kind, closure.root, spec),
    closure: closure.files.map(({ path: file, mode, oid, content }) => [
      relativeTo(file, closure.root),
      mode,
      oid,
      ...(content.path === file ? [] : [relativeTo(content.path, closure.root), content.oid]),
    ]),
  });

export const renderKey = (listing: string): string => `render.${sha256Hex(listing)}`;

const parametersOf = (kind: Closure["kind"], root: string, spec: RenderSpec): JsonObject => ({
  substitute: spec.substitute === undefined ? null : { ...spec.substitute },
  strictYaml: spec.strictYaml === true,
  ...(kind === "plain" ? { dialect: spec.plain?.dialect ?? "kustomize" } : {}),
  ...(kind === "helm" ? { helm: helmParameters(root, spec) } : {}),
});

const helmParameters = (root: string, { helm }: RenderSpec): Json =>
  helm === undefined
    ? null
    : {
        releaseName: helm.releaseName,
        namespace: helm.namespace,
        valuesFiles: (helm.valuesFiles ?? []).map((file) => relativeTo(normalPath(file), root)),
        values: helm.values ?? {},
        kubeVersion: helm.kubeVersion ?? null,
        apiVersions: (helm.apiVersions ?? []).toSorted(),
        includeCRDs: helm.includeCRDs !== false,
      };

/** Where the last closure of an application with these parameters is remembered. */
export const closureKey = ({ scope = "", path, spec }: RenderRequest, tools: readonly Tool[]): string =>
  `closure.${sha256Hex(
    canonicalJson({
      format: RENDER_FORMAT,
      scope,
      path,
      spec: spec as unknown as Json,
      tools: tools.map(({ name, digest }) => [name, digest]),
    }),
  )}`;
