import type { LineageStatement } from "./gen/names.ts";

/** The text of a statement that the source-watcher signs and the applier verifies; the first line names the format. */
export const lineageText = (statement: Omit<LineageStatement, "signature">): string => {
  const { source, gitRef, lineage, tip, seq, tree, declarationsDigest, follows } = statement;
  const fields = [source, gitRef, lineage, tip, seq.toString(), tree, declarationsDigest];
  return ["ek.lineage.v2", ...fields, ...follows].join("\n");
};
