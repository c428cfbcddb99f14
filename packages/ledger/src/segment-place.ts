import { encodeToken } from "@evenkeel/contracts";

import type { ChainFinding } from "./survey-chain.ts";
import type { ReadSegment } from "./segment-file.ts";

const NAME = /^(\d{12,})-(\d{12,})-([0-9a-f]{16})\.jsonl$/;
const FOLDER = /^(?:(?:.*\/)?([^/]+)\/)?(hub\.\d+)\/([0-9a-f]{16})$/;

/** Whether a file has the name of a segment. */
export const isSegmentName = (name: string): boolean => NAME.test(name);

/** What a folder says of the segments in it; undefined: it is not one that an applier makes. */
export const folderOfChain = (
  path: string,
): { readonly installation: string | undefined; readonly chain: string; readonly id: string } | undefined => {
  const [, installation, chain = "", id = ""] = FOLDER.exec(path) ?? [];
  return chain === "" ? undefined : { installation, chain, id };
};

/** What something in an export is by its name, and whether an applier names one so. */
export interface NameInExport {
  readonly what: "a segment" | "a folder of chains" | "a folder of one chain";
  readonly isExact: boolean;
}

/** As a reader sees it: without marks that nothing shows, in one form of each letter. */
const shown = (name: string): string => name.normalize("NFKC").replaceAll(/[\p{C}\p{M}\p{Z}]/gu, "");

/**
 * What a name in a folder of this name is, or is so like that it was one or is to pass for one: what was renamed is missing
 * where it was. Undefined: nothing of an export. What an export writes before it gives it its name counts as that.
 */
export const nameInExport = (parent: string, name: string): NameInExport | undefined => {
  const seen = shown(name);
  if (/\d{12,}\D\d{12,}/.test(seen))
    return /\.jsonl\.[A-Za-z0-9_-]+\.tmp$/.test(name) ? undefined : { what: "a segment", isExact: isSegmentName(name) };
  if (/hub\.\d/i.test(seen)) return { what: "a folder of chains", isExact: /^hub\.\d+$/.test(name) };
  if (/^hub\.\d+$/.test(parent) && /[0-9a-f]{16}/i.test(seen))
    return { what: "a folder of one chain", isExact: /^[0-9a-f]{16}$/.test(name) };
  return undefined;
};

/** What of a segment is not what its name and its folder say: it was altered, renamed or put there. */
export const misplaced = (folder: string, name: string, segment: ReadSegment): ChainFinding["message"] | undefined => {
  const [, first = "", last = "", digest = ""] = NAME.exec(name) ?? [];
  if (BigInt(first || 0) !== segment.first || BigInt(last || 0) !== segment.last)
    return `it holds entries ${segment.first} to ${segment.last}, which is not what its name says`;
  if (!segment.digest.startsWith(digest)) return "its content was changed: its digest is not the one in its name";
  const place = folderOfChain(folder);
  if (place === undefined) return undefined;
  if (place.chain !== segment.chain) return `it is of ${segment.chain}, and lies in a folder of ${place.chain}`;
  if (place.installation !== undefined && place.installation !== encodeToken(segment.installation))
    return `it is of installation ${segment.installation}, and lies in a folder of ${place.installation}`;
  return undefined;
};
