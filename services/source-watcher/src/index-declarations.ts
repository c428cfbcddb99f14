import { parallel } from "@evenkeel/async";
import { declarationsOf } from "@evenkeel/declarations";
import type { Declaration, DeclarationSet } from "@evenkeel/declarations";
import { encodeToken } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";

const keyOf = ({ kind, metadata }: Declaration): string => `${kind}.${encodeToken(metadata.name)}`;

/**
 * Writes the bucket `declarations`, an index for people and views and never the basis of a plan: what changed in this
 * fleet revision, and without the names that are gone.
 */
export const indexDeclarations = async (
  { bus }: Deps,
  set: DeclarationSet,
  previous: DeclarationSet | undefined,
  seq: number,
  signal: AbortSignal,
): Promise<void> => {
  const bucket = bus.bytes("declarations");
  const now = declarationsOf(set);
  const keys = new Set(now.map(keyOf));
  const gone = (previous === undefined ? [] : declarationsOf(previous)).map(keyOf).filter((key) => !keys.has(key));
  const changed = now.filter(({ changedAt }) => changedAt === seq);
  await parallel(changed, 32, async (declaration) => {
    await bucket.put(keyOf(declaration), new TextEncoder().encode(JSON.stringify(declaration)), signal);
  });
  await parallel(gone, 32, (key) => bucket.delete(key, undefined, signal));
};
