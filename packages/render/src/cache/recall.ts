import { decodeSet, SetDamaged } from "@evenkeel/resource";
import type { CanonicalObject } from "@evenkeel/resource";

import type { RenderHost } from "../render-host.ts";
import { refusedEnd } from "../refused-end.ts";
import type { RenderedObject, RenderEnd } from "../request.ts";
import { joinPath } from "../source/repo-path.ts";
import type { RepositoryView } from "../source/repository-view.ts";
import { EMPTY_DIGEST } from "../make-set.ts";
import { renderKey } from "./input-listing.ts";
import { decodeEntry, isUnchanged } from "./remembered.ts";
import type { ClosureEntry, RenderEntry } from "./remembered.ts";
import type { Reach } from "./render-cache.ts";

/** The end of the last render of this application, if nothing that it opened has changed. */
export const recallLast = async (
  slot: string,
  view: RepositoryView,
  host: RenderHost,
  signal: AbortSignal,
): Promise<RenderEnd | undefined> => {
  const last = decodeEntry<ClosureEntry>(await host.cache.get(slot, "far", signal));
  if (last === undefined || !(await isUnchanged(last, view))) return undefined;
  if ("refusal" in last.end) return refusedEnd(last.end.refusal, "hit");
  return recallRender(last.end.render, last.end.root, "far", host, signal);
};

/** The end of an earlier render of the same input; undefined where it is lost, damaged or of another place. */
export const recallRender = async (
  key: string,
  root: string,
  reach: Reach,
  host: RenderHost,
  signal: AbortSignal,
): Promise<RenderEnd | undefined> => {
  const entry = decodeEntry<RenderEntry>(await host.cache.get(key, reach, signal));
  if (entry === undefined || renderKey(entry.input) !== key) return undefined;
  const { kind, warnings, end } = entry;
  if (entry.root !== root && (warnings.length > 0 || end.outcome !== "rendered")) return undefined;
  switch (end.outcome) {
    case "refused":
      return refusedEnd(end.refusal, "hit");
    case "empty":
      return { outcome: "empty", kind, digest: EMPTY_DIGEST, warnings, why: end.why, cache: "hit" };
    case "rendered": {
      const set = await readSet(end.digest, host, signal);
      if (set?.length !== end.origins.length) return undefined;
      const { digest, purity } = end;
      return {
        outcome: "rendered",
        kind,
        digest,
        purity,
        warnings,
        cache: "hit",
        objects: placed(set, end.origins, root),
      };
    }
  }
};

export const setKey = (digest: string): string => `set.${digest.replace("sha256:", "")}`;

const readSet = async (
  digest: string,
  host: RenderHost,
  signal: AbortSignal,
): Promise<readonly CanonicalObject[] | undefined> => {
  const body = await host.cache.get(setKey(digest), "far", signal);
  try {
    return body === undefined ? undefined : decodeSet(body, digest);
  } catch (error) {
    if (error instanceof SetDamaged) return undefined; // rendered again, and stored again
    throw error;
  }
};

const placed = (
  set: readonly CanonicalObject[],
  origins: readonly (readonly [file: string, document: number, line: number])[],
  root: string,
): readonly RenderedObject[] =>
  set.map((object, index) => {
    const [file, document, line] = origins[index] ?? ["", 0, 0];
    return { ...object, origin: { file: joinPath(root, file, file), document, line } };
  });
