import { isObject } from "@evenkeel/resource";
import { BUILTIN_PLUGINS } from "./fields.ts";
import type { ConfigDocument } from "./kustomization.ts";

/** Throws `FeatureDisabled` for the configuration of anything that is not part of kustomize itself. */
export const checkPlugin = (document: ConfigDocument): void => {
  const { apiVersion, kind, metadata } = document.value;
  const remedy = "use a built-in transformer, or render in CI and commit the result";
  const annotations = isObject(metadata) && isObject(metadata["annotations"]) ? metadata["annotations"] : {};
  for (const name of Object.keys(annotations)) {
    if (!/^config\.(?:kubernetes\.io|k8s\.io)\/function$/.test(name)) continue;
    throw document.refuse("FeatureDisabled", ["metadata", "annotations", name], "a function that is a program", remedy);
  }
  if (apiVersion === "builtin" && typeof kind === "string" && BUILTIN_PLUGINS.has(kind)) return;
  const name = typeof kind === "string" ? kind : "without a kind";
  throw document.refuse("FeatureDisabled", ["kind"], `the plugin ${name} is a program or fetches something`, remedy);
};

/** Of a kustomization that gives configurations of plugins: what only says which ones. */
const LISTING: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "resources"]);

/**
 * Throws `FeatureDisabled` for a kustomization that would make or change configurations of plugins: what it gives is
 * known only when it was built, and a patch could put a URL where a file's name was checked.
 */
export const checkPluginListing = (document: ConfigDocument): void => {
  const field = Object.keys(document.value).find((name) => !LISTING.has(name));
  if (field === undefined) return;
  const problem = `${field} in a kustomization that gives configurations of plugins`;
  throw document.refuse(
    "FeatureDisabled",
    [field],
    problem,
    "write the configurations as they shall be, list their files",
  );
};
