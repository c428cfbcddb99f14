import { parseManifests } from "@evenkeel/resource";
import type { Json, ManifestObject, ManifestProblem, ParsedManifests } from "@evenkeel/resource";

import { directoryOf, joinPath } from "../source/repo-path.ts";
import { withAnnotations } from "./common-annotations.ts";
import { isMap, KUSTOMIZATION_FILES, readKustomization } from "./kustomization.ts";

/**
 * Builds a kustomization without starting kustomize, where it does nothing but list resources and set common annotations:
 * most of a fleet, at a hundredth of the cost. Undefined for anything else, and wherever the program is known to do more
 * than meets the eye: then it builds. The two are compared by test and, for some of all renders, while running.
 */
export const buildHere = (path: string, contents: ReadonlyMap<string, Uint8Array>): ParsedManifests | undefined => {
  try {
    const built = buildDirectory(path, contents);
    return built === undefined || built.objects.length === 0 ? undefined : built;
  } catch {
    return undefined; // refused input: the way of the program says how
  }
};

const TAKEN: ReadonlySet<string> = new Set(["apiVersion", "kind", "resources", "commonAnnotations"]);

const buildDirectory = (directory: string, contents: ReadonlyMap<string, Uint8Array>): ParsedManifests | undefined => {
  const file = KUSTOMIZATION_FILES.map((name) => joinPath(directory, name, directory)).find((name) =>
    contents.has(name),
  );
  const bytes = file === undefined ? undefined : contents.get(file);
  if (file === undefined || bytes === undefined) return undefined;
  const { document, odd } = readKustomization(file, bytes);
  const value = document?.value;
  if (value === undefined || odd || !Object.keys(value).every((field) => TAKEN.has(field))) return undefined;
  const {
    apiVersion = "kustomize.config.k8s.io/v1beta1",
    kind = "Kustomization",
    resources = [],
    commonAnnotations = {},
  } = value;
  if (apiVersion !== "kustomize.config.k8s.io/v1beta1" || kind !== "Kustomization") return undefined;
  if (!isListOfText(resources) || !isMapOfText(commonAnnotations) || hasToolKey(commonAnnotations)) return undefined;

  const objects: ManifestObject[] = [];
  const warnings: ManifestProblem[] = [];
  for (const reference of resources) {
    const target = joinPath(directory, reference, file);
    const found = contents.has(target)
      ? readResource(target, contents.get(target) ?? new Uint8Array())
      : buildDirectory(target, contents);
    if (found === undefined) return undefined;
    warnings.push(...found.warnings);
    for (const { object, origin } of found.objects) {
      const annotated =
        Object.keys(commonAnnotations).length === 0 ? object : withAnnotations(object, commonAnnotations);
      if (annotated === undefined) return undefined;
      objects.push({ object: annotated, origin });
    }
  }
  return { objects, warnings, odd: false };
};

const isListOfText = (value: Json): value is readonly string[] =>
  Array.isArray(value) && (value as readonly Json[]).every((item) => typeof item === "string");

const isMapOfText = (value: Json | undefined): value is { readonly [key: string]: string } =>
  isMap(value) && Object.values(value).every((item) => typeof item === "string");

/** Annotations by which kustomize is told something. */
const hasToolKey = (annotations: { readonly [key: string]: unknown }): boolean =>
  Object.keys(annotations).some((key) =>
    /^(?:internal\.)?(?:config\.kubernetes\.io|config\.k8s\.io|kustomize\.config\.k8s\.io)\//.test(key),
  );

// Anchors, aliases and tags; and the characters that kustomize prints so that a reader takes them for line breaks.
const ODD_TEXT = /(?:^|[\s[{,:-])[&*!][\w!<]|\\(?:u(?:0085|2028|2029|[fF][eE][fF][fF])|x85|N|L|P|_)/m;

const readResource = (file: string, bytes: Uint8Array): ParsedManifests | undefined => {
  if (file.endsWith(".json") || directoryOf(file) === file) return undefined;
  if (ODD_TEXT.test(Buffer.from(bytes).toString("utf8"))) return undefined;
  const parsed = parseManifests(bytes, { file, dialect: "kustomize" });
  const plain = !parsed.odd && parsed.warnings.every(({ code }) => code !== "ScalarAmbiguous");
  return plain && parsed.objects.every(({ object }) => isOrdinary(object)) ? parsed : undefined;
};

/** False for an object that the program changes, drops or compares in a way of its own. */
const isOrdinary = ({ apiVersion, metadata }: ManifestObject["object"]): boolean => {
  const { namespace, labels, annotations } = metadata as { readonly [key: string]: Json | undefined };
  if (apiVersion.startsWith("kustomize.config.k8s.io/")) return false;
  // To kustomize "default" and no namespace are one.
  if (namespace !== undefined && (typeof namespace !== "string" || namespace === "default" || namespace === ""))
    return false;
  if (labels !== undefined && (!isMapOfText(labels) || Object.keys(labels).length === 0)) return false;
  if (annotations === undefined) return true;
  if (!isMapOfText(annotations) || Object.keys(annotations).length === 0 || hasToolKey(annotations)) return false;
  // The program cannot always write what it has read.
  return !Object.values(annotations).some((text) => text.includes("\t"));
};
