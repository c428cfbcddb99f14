import { readDeclarationSet } from "@evenkeel/declarations";
import type { DeclarationSet } from "@evenkeel/declarations";
import { decodeSet, parseJson } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { declarationSet, renderedSet } from "./body-keys.ts";
import type { Artifacts } from "./open-artifacts.ts";

/** One object of a rendered set. */
export interface RenderedObject {
  readonly object: KubeObject;
  readonly digest: string;
}

type Bodies = Pick<Artifacts, "get">;

/** The declaration set under a digest; undefined where there is none, or it is not stored (any more). */
export const readDeclarations = async (
  bodies: Bodies,
  digest: string,
  signal: AbortSignal,
): Promise<DeclarationSet | undefined> => {
  const bytes = digest === "" ? undefined : await bodies.get(declarationSet(digest), signal);
  return bytes === undefined ? undefined : readDeclarationSet(bytes);
};

/** The objects under a digest, proved against it; none for the empty digest, undefined where they are not stored. Throws SetDamaged. */
export const readRendered = async (
  bodies: Bodies,
  digest: string,
  signal: AbortSignal,
): Promise<readonly RenderedObject[] | undefined> => {
  if (digest === "") return [];
  const bytes = await bodies.get(renderedSet(digest), signal);
  if (bytes === undefined) return undefined;
  return decodeSet(bytes, digest).map((each) => ({
    object: parseJson(each.json) as unknown as KubeObject,
    digest: each.digest,
  }));
};
