import { parallel } from "@evenkeel/async";
import { declarationsOf } from "@evenkeel/declarations";
import type { Declaration, DeclarationSet } from "@evenkeel/declarations";
import { buckets } from "@evenkeel/contracts";

import type { Deps } from "../deps.ts";

const keyOf = ({ kind, metadata: { name } }: Declaration) => ({ kind, name });
const nameOf = ({ kind, name }: ReturnType<typeof keyOf>): string => `${kind}/${name}`;

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
  const bucket = bus.ownState(buckets.declaration);
  const now = declarationsOf(set);
  const keys = new Set(now.map(keyOf).map(nameOf));
  const gone = (previous === undefined ? [] : declarationsOf(previous))
    .map(keyOf)
    .filter((key) => !keys.has(nameOf(key)));
  const changed = now.filter(({ changedAt }) => changedAt === seq);
  await parallel(changed, 32, async (declaration) => {
    await bucket.put(keyOf(declaration), new TextEncoder().encode(JSON.stringify(declaration)), signal);
  });
  await parallel(gone, 32, (key) => bucket.delete(key, undefined, signal));
};
