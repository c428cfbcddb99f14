import { encodeToken } from "@evenkeel/contracts";

import type { ChainFinding } from "./judge-chain.ts";
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
