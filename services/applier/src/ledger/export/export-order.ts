/** What the process that touches the export folder is told; the segment itself comes over its standard input. */
export interface ExportOrder {
  readonly folder: string;
  /** Below the folder. */
  readonly file: string;
  /** SHA-256 (hex) of the segment: what comes cut, or is read back otherwise, counts for nothing. */
  readonly digest: string;
  readonly instance: string;
  /** Folders below that are there if it is the folder that was exported to before: without them nothing is made. */
  readonly needs: readonly string[];
}

/** What it answers; without `why` the segment is on the disk, whole, under its name. */
export interface ExportAnswer {
  readonly why?: string;
}
