import { isObject } from "@evenkeel/resource";
import type { Json, ManifestObject, ManifestProblem, ParsedManifests } from "@evenkeel/resource";

import type { RenderLimits } from "../limits.ts";
import type { ManifestParser } from "../parse/parser.ts";
import { RenderRefused, refuse } from "../render-refused.ts";
import { directoryOf, joinPath } from "../source/repo-path.ts";
import { bytesOf, withAnnotations } from "./common-annotations.ts";
import { buildCost } from "./build-cost.ts";
import type { BuildCost } from "./build-cost.ts";
import { configBudget } from "./config-budget.ts";
import type { ConfigBudget } from "./config-budget.ts";
import { KUSTOMIZATION_FILES, readKustomization } from "./kustomization.ts";

/** What a build shares with others. */
export interface BuildMeans {
  readonly limits: RenderLimits;
  readonly parser: ManifestParser;
  readonly signal: AbortSignal;
}

/** One build: where it has been, and what it may still cost. */
interface Build extends BuildMeans {
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly seen: Set<string>;
  readonly budget: ConfigBudget;
  readonly cost: BuildCost;
  copiedBytes: number;
}

/**
 * Builds a kustomization without starting kustomize, where it does nothing but list resources and set common annotations:
 * most of a fleet, at a hundredth of the cost. Undefined for anything else, and wherever the program is known to do more
 * than meets the eye: then it builds. The two are compared by test and, for some of all renders, while running. Throws
 * `LimitExceeded` for what is too much for either.
 */
export const buildHere = async (
  path: string,
  contents: ReadonlyMap<string, Uint8Array>,
  means: BuildMeans,
): Promise<ParsedManifests | undefined> => {
  const { limits } = means;
  const [budget, cost] = [configBudget(limits), buildCost(limits)];
  const build = { ...means, contents, seen: new Set<string>(), budget, cost, copiedBytes: 0 };
  try {
    const built = await buildDirectory(path, build);
    return built === undefined || built.objects.length === 0 ? undefined : built;
  } catch (error) {
    means.signal.throwIfAborted();
    if (error instanceof RenderRefused && error.refusal.code === "LimitExceeded") throw error;
    return undefined; // refused input: the way of the program says how
  }
};

const TAKEN: ReadonlySet<string> = new Set(["apiVersion", "kind", "resources", "commonAnnotations"]);

const buildDirectory = async (directory: string, build: Build): Promise<ParsedManifests | undefined> => {
  const { contents, limits } = build;
  // What is named twice the program refuses, or it comes to nothing.
  if (!isFirst(directory, build)) return undefined;
  const file = KUSTOMIZATION_FILES.map((name) => joinPath(directory, name, directory)).find((name) =>
    contents.has(name),
  );
  const bytes = file === undefined ? undefined : contents.get(file);
  if (file === undefined || bytes === undefined) return undefined;
  await build.budget.take(file, bytes);
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
    const found = contents.has(target) ? await readResource(target, build) : await buildDirectory(target, build);
    if (found === undefined) return undefined;
    for (const warning of found.warnings) warnings.push(warning);
    for (const one of found.objects) objects.push(one);
    if (objects.length > limits.objects) {
      throw refuse("LimitExceeded", file, `over ${limits.objects} objects`, "split the application");
    }
  }
  const annotated = annotateAll(objects, commonAnnotations, file, build);
  return annotated && { objects: annotated, warnings, odd: false };
};

const isFirst = (path: string, { seen }: Build): boolean => seen.size < seen.add(path).size;

const annotateAll = (
  objects: readonly ManifestObject[],
  annotations: { readonly [key: string]: string },
  file: string,
  build: Build,
): readonly ManifestObject[] | undefined => {
  if (Object.keys(annotations).length === 0) return objects;
  const bytes = bytesOf(annotations) * objects.length;
  if (bytes > build.limits.outputBytes) {
    const problem = `commonAnnotations of ${objects.length} objects have ${bytes} bytes together, at most ${build.limits.outputBytes}`;
    throw refuse("LimitExceeded", file, problem, "shorten them, or split the application");
  }
  build.cost.set(file, objects.length, { pairs: Object.keys(annotations).length, images: 0, others: 0 });
  // Set anew at every level they may cost more than they come to.
  build.copiedBytes += bytes;
  if (build.copiedBytes > build.limits.outputBytes) return undefined;
  const annotated: ManifestObject[] = [];
  for (const { object, origin } of objects) {
    const made = withAnnotations(object, annotations);
    if (made === undefined) return undefined;
    annotated.push({ object: made, origin });
  }
  return annotated;
};

const isListOfText = (value: Json): value is readonly string[] =>
  Array.isArray(value) && (value as readonly Json[]).every((item) => typeof item === "string");

const isMapOfText = (value: Json | undefined): value is { readonly [key: string]: string } =>
  isObject(value) && Object.values(value).every((item) => typeof item === "string");

/** Annotations by which kustomize is told something. */
const hasToolKey = (annotations: { readonly [key: string]: unknown }): boolean =>
  Object.keys(annotations).some((key) =>
    /^(?:internal\.)?(?:config\.kubernetes\.io|config\.k8s\.io|kustomize\.config\.k8s\.io)\//.test(key),
  );

// Anchors, aliases and tags; and the characters that kustomize prints so that a reader takes them for line breaks.
const ODD_TEXT = /(?:^|[\s[{,:-])[&*!][\w!<]|\\(?:u(?:0085|2028|2029|[fF][eE][fF][fF])|x85|N|L|P|_)/m;

const readResource = async (file: string, build: Build): Promise<ParsedManifests | undefined> => {
  const bytes = build.contents.get(file) ?? new Uint8Array();
  if (file.endsWith(".json") || directoryOf(file) === file || !isFirst(file, build)) return undefined;
  if (ODD_TEXT.test(Buffer.from(bytes).toString("utf8"))) return undefined;
  const parsed = await build.parser.parse(bytes, { file, dialect: "kustomize", strict: false }, build.signal);
  const plain = !parsed.odd && parsed.warnings.every(({ code }) => code !== "ScalarAmbiguous");
  return plain && parsed.objects.every(({ object }) => isOrdinary(object)) ? parsed : undefined;
};

/** False for an object that the program changes, drops or compares in a way of its own. */
const isOrdinary = ({ apiVersion, kind, metadata, ...rest }: ManifestObject["object"]): boolean => {
  // Any kind that ends so is a list to kustomize.
  if (kind.endsWith("List") && Array.isArray(rest["items"])) return false;
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
