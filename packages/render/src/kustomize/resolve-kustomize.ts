import { collectFiles, refuseLfsPointer } from "../closure.ts";
import type { Closure, ClosureFile, ReadAs } from "../closure.ts";
import type { RenderLimits } from "../limits.ts";
import { refuse } from "../render-refused.ts";
import type { RenderRefusalCode } from "../request.ts";
import { commonDirectory, directoryOf, isWithin, joinPath } from "../source/repo-path.ts";
import { refuseEntry } from "../source/repository-view.ts";
import type { FileEntry, RepositoryView } from "../source/repository-view.ts";
import { countFields, countGenerated, plus } from "./build-node.ts";
import type { BuildNode } from "./build-node.ts";
import { refuseLargeAnnotations } from "./common-annotations.ts";
import { configBudget } from "./config-budget.ts";
import { findKustomization, readConfig, readKustomization } from "./kustomization.ts";
import { checkPlugin, checkPluginListing } from "./plugins.ts";
import { mayBeValue, pluginReferences, referencesOf, refuseOtherSpellings, shown } from "./references.ts";
import type { Reference } from "./references.ts";
import { isRemote, withoutCredentials } from "./remote-reference.ts";

/** Which kustomization is being read, and how it was come to. */
interface Visit {
  readonly directory: string;
  readonly chain: readonly string[];
  /** What its resources are for: objects, or the configuration of plugins. */
  readonly gives: "manifests" | "plugins";
}

/** What has been found of the kustomization that is being read. */
type Found = { -readonly [Field in keyof BuildNode]: BuildNode[Field] } & {
  manifests: string[];
  below: BuildNode["below"][number][];
};

/**
 * The files of a kustomization and of every other that it names, found without starting kustomize. Throws RenderRefused
 * for what it would fetch, run, or read from elsewhere.
 */
export const resolveKustomize = async (view: RepositoryView, path: string, limits: RenderLimits): Promise<Closure> => {
  const collected = collectFiles(view);
  const warnings: string[] = [];
  const nodes = new Map<string, BuildNode>();
  const budget = configBudget(limits);
  const directories = new Set<string>();
  let plugins: string | undefined;

  const visit = async ({ directory, chain, gives }: Visit): Promise<BuildNode> => {
    if (chain.includes(directory)) {
      const cycle = [...chain.slice(chain.indexOf(directory)), directory].join(" -> ");
      throw refuse("RenderFailed", directory, `a cycle of kustomizations: ${cycle}`, "break the cycle");
    }
    const key = `${gives} ${directory}`;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    directories.add(directory);
    if (nodes.size >= limits.directories) {
      throw refuse("LimitExceeded", directory, `over ${limits.directories} kustomizations`, "split the application");
    }
    const file = await collected.add(await findKustomization(view, directory), directory, "config");
    const node: Found = { file: file.path, builds: 1, manifests: [], generated: 0, sets: NOTHING, below: [] };
    nodes.set(key, node);
    const bytes = await view.read(file.content);
    await budget.take(file.path, bytes);
    const read = readKustomization(file.path, bytes);
    warnings.push(...read.warnings);
    if (read.document !== undefined) {
      refuseOtherSpellings(read.document);
      refuseLargeAnnotations(read.document);
      if (gives === "plugins") checkPluginListing(read.document);
      node.sets = countFields(read.document.value);
      node.generated = countGenerated(read.document.value);
    }
    const inside = { directory, chain: [...chain, directory], gives };
    for (const reference of read.document === undefined ? [] : referencesOf(read.document)) {
      await follow(reference, inside, node);
      if (node.builds <= limits.directories) continue;
      const problem = `over ${limits.directories} kustomizations are built for it, each as often as it is named`;
      throw refuse("LimitExceeded", file.path, problem, "name each of them once, or split the application");
    }
    return node;
  };

  const follow = async (reference: Reference, from: Visit, node: Found): Promise<void> => {
    const { use, text, document } = reference;
    switch (use) {
      case "plugin-text":
        return readPlugins(document.file, new TextEncoder().encode(text), from, node);
      case "yaml":
      case "data":
        await addFile(await find(reference, from), reference, from, use);
        return;
      case "resource":
      case "directory":
      case "plugin": {
        const gives = use === "plugin" ? "plugins" : from.gives;
        const entry = await find(reference, from);
        if (entry.kind === "directory") {
          const below = await visit({ ...from, directory: entry.path, gives });
          node.builds += below.builds;
          if (use === "plugin") node.sets = plus(node.sets, below.sets);
          node.below.push({ node: below, isComponent: use === "directory" });
          return;
        }
        if (use === "directory") {
          throw refused(reference, "RenderFailed", `${shown(reference)} is no directory`, "name a directory");
        }
        const file = await addFile(entry, reference, from, gives === "plugins" ? "config" : "yaml");
        if (gives === "plugins") return readPlugins(file.path, await view.read(file.content), from, node);
        node.manifests.push(file.path);
      }
    }
  };

  const readPlugins = async (file: string, bytes: Uint8Array, from: Visit, node: Found): Promise<void> => {
    refuseLfsPointer(file, bytes);
    plugins ??= file;
    await budget.take(file, bytes);
    for (const document of readConfig(file, bytes, "kustomize")) {
      checkPlugin(document);
      refuseOtherSpellings(document);
      node.sets = plus(node.sets, countFields(document.value));
      for (const reference of pluginReferences(document)) await follow(reference, from, node);
    }
  };

  const addFile = (
    entry: FileEntry,
    reference: Reference,
    { directory }: Visit,
    readAs: ReadAs,
  ): Promise<ClosureFile> => {
    if (entry.kind === "directory") {
      throw refused(reference, "RenderFailed", `"${entry.path}" is a directory`, "name a file");
    }
    if (entry.kind === "submodule") throw refuseEntry(entry);
    if (isWithin(entry.path, directory)) return collected.add(entry, directory, readAs);
    const remedy = "move it below the kustomization, or give it a kustomization of its own";
    throw refused(reference, "LoadRestricted", `"${entry.path}" is outside of ${directory}`, remedy);
  };

  const find = async (reference: Reference, { directory }: Visit): Promise<FileEntry> => {
    const { text, document } = reference;
    if (isRemote(text)) {
      const remedy = "commit a copy of it into the repository";
      throw refused(reference, "RemoteBase", `${shown(reference)} leads out of the repository`, remedy);
    }
    if (text.startsWith("/")) {
      throw refused(
        reference,
        "LoadRestricted",
        `${shown(reference)} is an absolute path`,
        "write it relative to the kustomization",
      );
    }
    const target = joinPath(directory, text, document.file, shown(reference));
    const entry = await view.find(target);
    if (entry !== undefined) return entry;
    const remedy = "commit the file, or remove the reference";
    throw refused(
      reference,
      "RenderFailed",
      `${shown(reference)} does not exist${mayBeValue(reference) ? "" : ` (${withoutCredentials(target)})`}`,
      remedy,
    );
  };

  const build = await visit({ directory: path, chain: [], gives: "manifests" });
  const files = collected.files();
  const root = commonDirectory([...directories, ...files.map((file) => directoryOf(file.path))]);
  return { kind: "kustomize", root, files, warnings, build, ...(plugins === undefined ? {} : { plugins }) };
};

const NOTHING = { pairs: 0, images: 0, others: 0 };

const refused = ({ document, path }: Reference, code: RenderRefusalCode, problem: string, remedy: string): Error =>
  document.refuse(code, path, problem, remedy);
