/** What one file may cost a reader. Sizes in bytes, the rest are counts. */
export interface YamlLimits {
  readonly fileBytes: number;
  readonly documentBytes: number;
  readonly depth: number;
  /** In one document. */
  readonly aliases: number;
  /** In one document, and what aliases add in one file. */
  readonly nodes: number;
  /** In one file. */
  readonly mergedKeys: number;
  readonly keyLength: number;
}

/** The limits for untrusted input. */
export const yamlLimits: YamlLimits = {
  fileBytes: 10 * 1024 * 1024,
  documentBytes: 3 * 1024 * 1024,
  depth: 100,
  aliases: 100,
  nodes: 1_000_000,
  mergedKeys: 10_000,
  keyLength: 1_024,
};
