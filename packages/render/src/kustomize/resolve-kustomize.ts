import type { Json, ValuePath } from "@evenkeel/resource";

import { collectFiles, refuseLfsPointer } from "../closure.ts";
import type { Closure, ClosureFile } from "../closure.ts";
import type { RenderLimits } from "../limits.ts";
import { refuse } from "../render-refused.ts";
import { commonDirectory, directoryOf, isWithin, joinPath } from "../source/repo-path.ts";
import { refuseEntry } from "../source/repository-view.ts";
import type { FileEntry, RepositoryView } from "../source/repository-view.ts";
import { FIELDS, PLUGIN_FILE_FIELDS } from "./fields.ts";
import { findKustomization, isMap, listOf, readConfig, readKustomization } from "./kustomization.ts";
import type { ConfigDocument } from "./kustomization.ts";
import { checkPlugin } from "./plugins.ts";
import { isRemote } from "./remote-reference.ts";

/** Where a reference is written. */
interface Place {
  readonly document: ConfigDocument;
  readonly path: ValuePath;
  /** Directory of the kustomization: its files must be in it or below. */
  readonly directory: string;
}
type Purpose = "manifests" | "plugins";

/**
 * The files of a kustomization and of every other that it names, found without starting kustomize. Throws RenderRefused
 * for what it would fetch, run, or read from elsewhere.
 */
export const resolveKustomize = async (view: RepositoryView, path: string, limits: RenderLimits): Promise<Closure> => {
  const collected = collectFiles(view);
  const warnings: string[] = [];
  const visited = new Set<string>();
  const directories = new Set([path]);

  const visit = async (directory: string, chain: readonly string[], purpose: Purpose): Promise<void> => {
    if (chain.includes(directory)) {
      const cycle = [...chain.slice(chain.indexOf(directory)), directory].join(" -> ");
      throw refuse("RenderFailed", directory, `a cycle of kustomizations: ${cycle}`, "break the cycle");
    }
    const key = `${purpose} ${directory}`;
    if (visited.has(key)) return;
    visited.add(key);
    directories.add(directory);
    if (visited.size > limits.directories) {
      throw refuse("LimitExceeded", directory, `over ${limits.directories} kustomizations`, "split the application");
    }
    const file = await collected.add(await findKustomization(view, directory), directory, "yaml");
    const read = readKustomization(file.path, await view.read(file.content));
    warnings.push(...read.warnings);
    if (read.document === undefined) return;
    const { document } = read;
    for (const [field, value] of Object.entries(document.value)) {
      const visitor = { document, directory, chain: [...chain, directory], purpose, field };
      await visitField(visitor, value ?? null);
    }
  };

  const visitField = async (
    at: { document: ConfigDocument; directory: string; chain: readonly string[]; purpose: Purpose; field: string },
    value: Json,
  ): Promise<void> => {
    const { document, directory, chain, purpose, field } = at;
    const place = (...path: ValuePath): Place => ({ document, directory, path: [field, ...path] });
    const use = FIELDS[field as keyof typeof FIELDS];
    switch (use) {
      case "data":
      case "off":
        return;
      case "resources":
        for (const [index, item] of listOf(value).entries())
          await visitResource(text(item, place(index)), place(index), chain, purpose);
        return;
      case "directories":
        for (const [index, item] of listOf(value).entries()) {
          await visitDirectory(text(item, place(index)), place(index), chain, purpose);
        }
        return;
      case "yaml-files":
        for (const [index, item] of listOf(value).entries())
          await addFile(text(item, place(index)), place(index), "yaml");
        return;
      case "plugins":
        for (const [index, item] of listOf(value).entries()) {
          const reference = text(item, place(index));
          if (reference.includes("\n"))
            await visitPlugins(document.file, new TextEncoder().encode(reference), directory);
          else await visitResource(reference, place(index), chain, "plugins");
        }
        return;
      case "files-or-text":
        for (const [index, item] of listOf(value).entries()) {
          const reference = text(item, place(index));
          if (!reference.includes("\n") && !/^\s*\{/.test(reference)) await addFile(reference, place(index), "yaml");
        }
        return;
      case "paths-in-maps":
        for (const [index, item] of listOf(value).entries()) {
          if (isMap(item) && item["path"] !== undefined) {
            await addFile(text(item["path"], place(index, "path")), place(index, "path"), "yaml");
          }
        }
        return;
      case "generators":
        for (const [index, item] of listOf(value).entries()) if (isMap(item)) await visitGenerator(item, place(index));
        return;
      case "path-in-map": {
        if (!isMap(value) || value["path"] === undefined) return;
        const reference = text(value["path"], place("path"));
        if (isRemote(reference))
          throw document.refuse("FeatureDisabled", [field, "path"], `${field}.path is a URL`, "commit the schema");
        await addFile(reference, place("path"), "yaml");
      }
    }
  };

  const visitResource = async (
    reference: string,
    place: Place,
    chain: readonly string[],
    purpose: Purpose,
  ): Promise<void> => {
    const entry = await find(reference, place);
    if (entry.kind === "directory") return visit(entry.path, chain, purpose);
    const file = await addEntry(entry, place, "yaml");
    if (purpose === "plugins") await visitPlugins(file.path, await view.read(file.content), place.directory);
  };

  const visitDirectory = async (
    reference: string,
    place: Place,
    chain: readonly string[],
    purpose: Purpose,
  ): Promise<void> => {
    const entry = await find(reference, place);
    if (entry.kind !== "directory")
      throw refused(place, "RenderFailed", `"${reference}" is no directory`, "name a directory");
    await visit(entry.path, chain, purpose);
  };

  const visitPlugins = async (file: string, bytes: Uint8Array, directory: string): Promise<void> => {
    refuseLfsPointer(file, bytes);
    for (const document of readConfig(file, bytes)) {
      checkPlugin(document);
      for (const field of PLUGIN_FILE_FIELDS) {
        const value = document.value[field];
        for (const item of Array.isArray(value) ? listOf(value) : value === undefined ? [] : [value]) {
          const place = { document, directory, path: [field] };
          if (typeof item === "string")
            await addFile(afterKey(item), place, field.startsWith("path") ? "yaml" : "data");
        }
      }
    }
  };

  const visitGenerator = async (generator: { readonly [key: string]: Json | undefined }, at: Place): Promise<void> => {
    const { env, envs, files } = generator;
    const place = (...path: ValuePath): Place => ({ ...at, path: [...at.path, ...path] });
    if (env !== undefined) await addFile(text(env, place("env")), place("env"), "data");
    for (const [index, item] of listOf(envs).entries())
      await addFile(text(item, place("envs", index)), place("envs", index), "data");
    for (const [index, item] of listOf(files).entries()) {
      await addFile(afterKey(text(item, place("files", index))), place("files", index), "data");
    }
  };

  const addFile = async (reference: string, place: Place, readAs: ClosureFile["readAs"]): Promise<void> => {
    await addEntry(await find(reference, place), place, readAs);
  };

  const addEntry = (entry: FileEntry, place: Place, readAs: ClosureFile["readAs"]): Promise<ClosureFile> => {
    if (entry.kind === "directory")
      throw refused(place, "RenderFailed", `"${entry.path}" is a directory`, "name a file");
    if (entry.kind === "submodule") throw refuseEntry(entry);
    if (!isWithin(entry.path, place.directory)) {
      const remedy = "move it below the kustomization, or give it a kustomization of its own";
      throw refused(place, "LoadRestricted", `"${entry.path}" is outside of ${place.directory}`, remedy);
    }
    return collected.add(entry, place.directory, readAs);
  };

  const find = async (reference: string, place: Place): Promise<FileEntry> => {
    if (isRemote(reference)) {
      const remedy = "commit a copy of it into the repository";
      throw refused(place, "RemoteBase", `"${reference}" leads out of the repository`, remedy);
    }
    if (reference.startsWith("/")) {
      throw refused(
        place,
        "LoadRestricted",
        `"${reference}" is an absolute path`,
        "write it relative to the kustomization",
      );
    }
    const path = joinPath(place.directory, reference, place.document.file);
    const entry = await view.find(path);
    if (entry !== undefined) return entry;
    throw refused(
      place,
      "RenderFailed",
      `"${reference}" does not exist (${path})`,
      "commit the file, or remove the reference",
    );
  };

  await visit(path, [], "manifests");
  const files = collected.files();
  return {
    kind: "kustomize",
    root: commonDirectory([...directories, ...files.map((file) => directoryOf(file.path))]),
    files,
    warnings,
  };
};

const refused = (
  { document, path }: Place,
  ...what: [code: "RenderFailed" | "RemoteBase" | "LoadRestricted", problem: string, remedy: string]
) => document.refuse(what[0], path, what[1], what[2]);

const text = (value: Json, { document, path }: Place): string => {
  if (typeof value === "string") return value;
  throw document.refuse("RenderFailed", path, `${path.join(".")} is not a string`, "write a path");
};

/** `key=file` names the file behind the first sign. */
const afterKey = (source: string): string => (isRemote(source) ? source : source.slice(source.indexOf("=") + 1));
