import type { LineageStatement } from "./gen/names.ts";

/** The text of a statement that the source-watcher signs and the applier verifies; the first line names the format. */
export const lineageText = ({
  source,
  gitRef,
  lineage,
  tip,
  seq,
  follows,
}: Omit<LineageStatement, "signature">): string =>
  ["ek.lineage.v1", source, gitRef, lineage, tip, seq.toString(), ...follows].join("\n");
