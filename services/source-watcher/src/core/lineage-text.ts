/** What the source-watcher signs about a tip; the applier verifies the same text. */
export interface LineageFields {
  readonly source: string;
  readonly gitRef: string;
  readonly lineage: string;
  readonly tip: string;
  readonly seq: bigint;
}

/** The text that is signed: the first line names the format. */
export const lineageText = ({ source, gitRef, lineage, tip, seq }: LineageFields): string =>
  ["ek.lineage.v1", source, gitRef, lineage, tip, seq.toString()].join("\n");
