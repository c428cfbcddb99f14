import type { LineageStatement } from "@evenkeel/contracts";

import type { SourceMemory } from "./source-memory.ts";

/** What clusters have said of seqs above those of the bus, also of sources that nobody looked at when it was said. */
export interface Raised {
  above: bigint;
  /** By source: what a cluster was last given of it. */
  readonly anchored: Map<string, LineageStatement>;
}

export const nothingRaised = (): Raised => ({ above: 0n, anchored: new Map() });

/** What a source that begins to be looked at has to know of it. */
export const raiseOf = (
  { above, anchored }: Raised,
  source: string,
): Pick<SourceMemory, "renumberAbove" | "anchored"> => ({ renumberAbove: above, anchored: anchored.get(source) });
