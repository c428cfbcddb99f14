import { checkId } from "./check-arguments.ts";
import { GitFailed } from "./git-failed.ts";
import { parseCommit, parseTagTarget } from "./parse-objects.ts";
import type { Commit, RawObject } from "./parse-objects.ts";

/** Objects by id, wherever they are kept; those over `largest` bytes come without their body. */
export interface Readable {
  readonly read: (oid: string, signal: AbortSignal) => Promise<RawObject | undefined>;
  readonly largest: number;
}

const TOO_LARGE: { readonly [type: string]: string } = {
  commit: "push another commit, with a shorter message",
  tag: "tag the commit anew, with a shorter message",
};

const MOST_TAGS = 5;

/** The commit of a full id; an annotated tag is followed to its commit. Throws GitFailed. */
export const readCommitOf = async (objects: Readable, oid: string, signal: AbortSignal): Promise<Commit> => {
  let at = oid;
  for (let depth = 0; depth < MOST_TAGS; depth += 1) {
    const { type, body } = await present(objects, at, signal);
    if (type === "commit") return parseCommit(body, at);
    if (type !== "tag") throw new GitFailed("RefInvalid", `${at} is a ${type}, not a commit`, "name a commit");
    at = parseTagTarget(body, at);
  }
  throw new GitFailed("ObjectCorrupt", `tag ${oid} is nested too deep`, "tag the commit itself");
};

/** The bytes of an object that has to be a tree, or a blob. Throws GitFailed. */
export const readBodyOf = async (
  objects: Readable,
  wanted: "tree" | "blob",
  oid: string,
  signal: AbortSignal,
): Promise<Buffer> => {
  const { type, body } = await present(objects, oid, signal);
  if (type !== wanted) throw new GitFailed("ObjectCorrupt", `${oid} is a ${type}, not a ${wanted}`, "fetch it again");
  return body;
};

const present = async (
  { read, largest }: Readable,
  oid: string,
  signal: AbortSignal,
): Promise<{ readonly type: string; readonly body: Buffer }> => {
  const object = await read(checkId(oid), signal);
  if (object === undefined) throw new GitFailed("ObjectCorrupt", `object ${oid} is missing`, "it is fetched again");
  if (object.body === undefined)
    throw new GitFailed(
      "LimitExceeded",
      `${object.type} ${oid} has ${object.size} bytes, more than ${largest}`,
      TOO_LARGE[object.type] ?? "keep large files out of the paths of applications",
    );
  return { type: object.type, body: object.body };
};
