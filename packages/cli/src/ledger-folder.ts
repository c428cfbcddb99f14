import type { Dirent } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { folderOfChain, surveyChain, misplaced, nameInExport, verifySegment } from "@evenkeel/ledger";
import type { ChainFinding, ChainSurvey, FoundSegment } from "@evenkeel/ledger";

/** One chain of an export. */
export interface ExportedChain extends ChainSurvey {
  readonly folder: string;
  readonly installation: string;
  /** Such as `hub.3`. */
  readonly chain: string;
  readonly files: number;
}

/** What a folder holds, all of it looked at. */
export interface LedgerFolder {
  readonly chains: readonly ExportedChain[];
  /** What is wrong outside of what the chains say of themselves. */
  readonly findings: readonly ChainFinding[];
  /** What could not be read, so that nothing is known of it. */
  readonly unreadable: readonly ChainFinding[];
  /** What is no part of an export. */
  readonly foreign: readonly string[];
}

/** No segment that an applier writes comes near it: it holds 8 MiB of entries. */
const LARGEST = 128 * 1024 * 1024;

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/, \w+ '.*'$/, "") : String(error);

interface Looked {
  readonly root: string;
  readonly segments: Map<string, FoundSegment[]>;
  readonly findings: ChainFinding[];
  readonly unreadable: ChainFinding[];
  readonly foreign: string[];
}

const readSegment = async ({ findings, root, segments, unreadable }: Looked, file: string): Promise<void> => {
  const [folder, path] = [dirname(file), join(root, file)];
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > LARGEST)
      return void findings.push({ file, message: `it is larger (${size} bytes) than any segment is` });
    bytes = await readFile(path);
  } catch (error) {
    return void unreadable.push({ file, message: `it cannot be read: ${wordsOf(error)}` });
  }
  try {
    const segment = { ...verifySegment(bytes), file };
    const message = misplaced(folder, basename(file), segment);
    if (message !== undefined) findings.push({ file, message });
    else segments.set(folder, [...(segments.get(folder) ?? []), segment]);
  } catch (error) {
    findings.push({ file, message: wordsOf(error) });
  }
};

type Look = "folder" | "foreign" | "segment";

/** What is to be done with an entry of a folder, and what is wrong with it: an export has no links, and nothing but its own
 *  under names that are like its own. */
const judgeEntry = (
  parent: string,
  entry: Dirent,
): { readonly look: Look | undefined; readonly finding: string | undefined } => {
  const named = nameInExport(parent, entry.name);
  const isFolder = entry.isDirectory();
  if (named?.isExact === true) {
    const kind = named.what === "a segment" ? "file" : "folder";
    if (kind === "file" ? entry.isFile() : isFolder)
      return { look: kind === "file" ? "segment" : "folder", finding: undefined };
    return { look: undefined, finding: `it has the name of ${named.what} and is no ${kind}: nothing of it was read` };
  }
  if (entry.isSymbolicLink())
    return { look: undefined, finding: "it is a link, which no export has: nothing behind it was read" };
  if (named !== undefined) {
    const finding = `it looks like ${named.what} and does not have the name of one: give it its name back, or move it out of the export`;
    return { look: isFolder ? "folder" : undefined, finding };
  }
  if (isFolder && /^hub\.\d+$/.test(parent))
    return { look: "folder", finding: "it lies among the folders of chains and does not have the name of one" };
  return { look: isFolder && entry.name !== "lost+found" ? "folder" : "foreign", finding: undefined };
};

const lookAt = async (looked: Looked, folder: string): Promise<void> => {
  const parent = basename(folder === "" ? looked.root : folder);
  const entries = await readdir(join(looked.root, folder), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = join(folder, entry.name);
    const { finding, look } = judgeEntry(parent, entry);
    if (finding !== undefined) looked.findings.push({ file, message: finding });
    if (look === "foreign") looked.foreign.push(file);
    if (look === "segment") await readSegment(looked, file);
    if (look === "folder")
      await lookAt(looked, file).catch((error: unknown) => {
        looked.unreadable.push({ file, message: `it cannot be read: ${wordsOf(error)}` });
      });
  }
  if (folderOfChain(folder) !== undefined && !looked.segments.has(folder)) looked.segments.set(folder, []);
  if (/^hub\.\d+$/.test(parent) && folder !== "" && entries.length === 0)
    looked.findings.push({ file: folder, message: "no chain is here" });
};

const judge = (
  folder: string,
  segments: readonly FoundSegment[],
  findings: ChainFinding[],
): readonly ExportedChain[] => {
  const place = folderOfChain(folder);
  const [first] = segments;
  const survey = surveyChain(segments, place?.id ?? "");
  if (survey === undefined || first === undefined) {
    findings.push({ file: folder, message: "no segment of this chain is here" });
    return [];
  }
  // Where the folders are gone, what lies together may still be of several.
  const others = segments.filter(
    ({ chain, installation }) => chain !== first.chain || installation !== first.installation,
  );
  if (others.length > 0) {
    const rest = segments.filter((each) => !others.includes(each));
    return [...judge(folder, rest, findings), ...judge(folder, others, findings)];
  }
  const { chain, installation } = first;
  return [{ folder, installation, chain, files: segments.length, ...survey }];
};

/** Reads and verifies every segment below a folder, one after another. Throws what keeps the folder itself from being read. */
export const readLedgerFolder = async (root: string): Promise<LedgerFolder> => {
  const looked: Looked = { root, segments: new Map(), findings: [], unreadable: [], foreign: [] };
  await lookAt(looked, "");
  const { findings, foreign, unreadable } = looked;
  const chains = [...looked.segments].flatMap(([folder, segments]) => judge(folder, segments, findings));
  return { chains, findings, unreadable, foreign };
};
