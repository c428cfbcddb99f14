import type { Stamp } from "@evenkeel/apply";
import { seqOf } from "@evenkeel/contracts";
import type { DesiredStateChanged, UnitVersion } from "@evenkeel/contracts";

/** Where an object came from, as its annotation says: `<source>@<commit>:<path>`. */
export const srcOf = (fact: Pick<DesiredStateChanged, "source" | "revision" | "path">): string =>
  `${fact.source}@${fact.revision}:${fact.path}`;

/** What is stamped on the objects of one run. */
export const stampOf = (
  fact: Pick<DesiredStateChanged, "source" | "revision" | "path"> & { readonly version: UnitVersion },
  appUid: string,
  installation: string,
  epoch: bigint,
): Stamp => ({
  appUid,
  installation,
  seq: seqOf(fact.version).toString(),
  epoch: epoch.toString(),
  src: srcOf(fact),
});
