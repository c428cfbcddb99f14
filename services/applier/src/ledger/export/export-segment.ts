import { encodeToken } from "@evenkeel/contracts";
import { ChainBroken, encodeSegment, segmentName, storedHash, verifySegment } from "@evenkeel/ledger";
import type { Segment } from "@evenkeel/ledger";
import type { Exporter } from "./exporter.ts";

/** A file of the export, below its folder. */
export interface Exported {
  readonly file: string;
  readonly digest: string;
}

/**
 * Has a segment written, synced and read back: what this resolves to is on the disk, whole, and verified. The same segment
 * written again is the same file.
 */
export const exportSegment = async (
  exporter: Exporter,
  { installation, instance }: { readonly installation: string; readonly instance: string },
  { chain, segment, needs }: { readonly chain: string; readonly segment: Segment; readonly needs: readonly string[] },
  signal: AbortSignal,
): Promise<Exported> => {
  const [first, last] = [segment[0]?.fact, segment.at(-1)];
  if (first === undefined || last === undefined) throw new ChainBroken("a segment without an entry");
  const text = encodeSegment(installation, segment);
  const read = verifySegment(Buffer.from(text));
  const { digest } = read;
  const file = segmentName(installation, chain, first.partition, read);
  if (read.first !== first.n || read.last !== last.fact.n || read.lastHash !== storedHash(last))
    throw new ChainBroken(`${file} would not hold what is to be written to it`);
  // Whoever set the folder up has put one of the installation's name there: on a bare mount point there is none.
  await exporter.store({ file, digest, instance, needs: [...needs, encodeToken(installation)] }, text, signal);
  return { file, digest };
};
