import type { RenderKind } from "@evenkeel/words";

import type { Closure } from "./closure.ts";
import { resolveHelm } from "./helm/resolve-helm.ts";
import { KUSTOMIZATION_FILES } from "./kustomize/kustomization.ts";
import { resolveKustomize } from "./kustomize/resolve-kustomize.ts";
import type { RenderHost } from "./render-host.ts";
import { refuse } from "./render-refused.ts";
import { resolvePlain, requireDirectory } from "./plain/resolve-plain.ts";
import type { RenderSpec } from "./request.ts";
import type { RepositoryView } from "./source/repository-view.ts";

/** What `auto` is at a path: a chart, a kustomization, or plain manifests. */
export const detectKind = async (view: RepositoryView, path: string, kind: RenderSpec["kind"]): Promise<RenderKind> => {
  if (kind !== "auto") return kind;
  const names = new Set((await view.list(path)).map((entry) => entry.path.split("/").at(-1) ?? ""));
  if (names.has("Chart.yaml")) return "helm";
  return KUSTOMIZATION_FILES.some((name) => names.has(name)) ? "kustomize" : "plain";
};

export const allKinds: ReadonlySet<RenderKind> = new Set(["plain", "kustomize", "helm"]);

/** Everything that a render of this path will read; throws RenderRefused before any tool starts. */
export const resolveClosure = async (
  view: RepositoryView,
  path: string,
  spec: RenderSpec,
  { kinds, limits }: Pick<RenderHost, "kinds" | "limits">,
): Promise<Closure> => {
  await requireDirectory(view, path);
  const kind = await detectKind(view, path, spec.kind);
  if (!kinds.has(kind)) {
    const problem = `${kind} is not simulated: no program is started in this process`;
    throw refuse("FeatureDisabled", path, problem, "write plain manifests");
  }
  switch (kind) {
    case "plain":
      return resolvePlain(view, path, spec.plain ?? {});
    case "kustomize":
      return resolveKustomize(view, path, limits);
    case "helm":
      return resolveHelm(view, path, spec.helm);
  }
};
