import type { Dirent } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { folderOfChain, isSegmentName, judgeChain, misplaced, verifySegment } from "@evenkeel/ledger";
import type { ChainFinding, ChainVerdict, FoundSegment } from "@evenkeel/ledger";

/** One chain of an export. */
export interface ExportedChain extends ChainVerdict {
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
const LARGEST = 256 * 1024 * 1024;

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/, \w+ '.*'$/, "") : String(error);

interface Looked {
  readonly root: string;
  readonly segments: Map<string, FoundSegment[]>;
  readonly findings: ChainFinding[];
  readonly unreadable: ChainFinding[];
  readonly foreign: string[];
}

const lookAtFile = async (
  { findings, foreign, root, segments, unreadable }: Looked,
  file: string,
  entry: Dirent,
): Promise<void> => {
  const [folder, path] = [dirname(file), join(root, file)];
  if (!isSegmentName(entry.name)) return void foreign.push(file);
  if (!entry.isFile()) return void findings.push({ file, message: "it has the name of a segment and is no file" });
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > LARGEST)
      return void findings.push({ file, message: `it is larger (${size} bytes) than any segment is` });
    text = await readFile(path, "utf8");
  } catch (error) {
    return void unreadable.push({ file, message: `it cannot be read: ${wordsOf(error)}` });
  }
  try {
    const segment = { ...verifySegment(text), file };
    const message = misplaced(folder, entry.name, segment);
    if (message !== undefined) findings.push({ file, message });
    else segments.set(folder, [...(segments.get(folder) ?? []), segment]);
  } catch (error) {
    findings.push({ file, message: wordsOf(error) });
  }
};

/** Links are not followed: an export has none. */
const lookAt = async (looked: Looked, folder: string): Promise<void> => {
  const entries = await readdir(join(looked.root, folder), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) await lookAtFile(looked, path, entry);
    else if (entry.name === "lost+found") looked.foreign.push(path);
    else
      await lookAt(looked, path).catch((error: unknown) => {
        looked.unreadable.push({ file: path, message: `it cannot be read: ${wordsOf(error)}` });
      });
  }
  if (folderOfChain(folder) !== undefined && !looked.segments.has(folder)) looked.segments.set(folder, []);
};

const judge = (
  folder: string,
  segments: readonly FoundSegment[],
  findings: ChainFinding[],
): readonly ExportedChain[] => {
  const place = folderOfChain(folder);
  const [first] = segments;
  const verdict = judgeChain(segments, place?.id ?? "");
  if (verdict === undefined || first === undefined) {
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
  return [{ folder, installation, chain, files: segments.length, ...verdict }];
};

/** Reads and verifies every segment below a folder, one after another. Throws what keeps the folder itself from being read. */
export const readLedgerFolder = async (root: string): Promise<LedgerFolder> => {
  const looked: Looked = { root, segments: new Map(), findings: [], unreadable: [], foreign: [] };
  await lookAt(looked, "");
  const { findings, foreign, unreadable } = looked;
  const chains = [...looked.segments].flatMap(([folder, segments]) => judge(folder, segments, findings));
  return { chains, findings, unreadable, foreign };
};
