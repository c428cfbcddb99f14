/** What one render may cost; sizes in bytes, times in milliseconds. */
export interface RenderLimits {
  readonly treeEntries: number;
  /** Levels of directories below the root. */
  readonly pathDepth: number;
  /** Bytes of one path. */
  readonly pathBytes: number;
  readonly inputBytes: number;
  readonly fileBytes: number;
  readonly directories: number;
  readonly outputBytes: number;
  readonly stderrBytes: number;
  readonly objects: number;
  readonly objectBytes: number;
  /** For reading one file. */
  readonly parseMs: number;
  /** For one run of a tool. */
  readonly wallMs: number;
  readonly cpuSeconds: number;
  readonly addressSpaceBytes: number;
}

const MiB = 1024 * 1024;

export const renderLimits: RenderLimits = {
  treeEntries: 50_000,
  pathDepth: 100,
  pathBytes: 1_024,
  inputBytes: 256 * MiB,
  fileBytes: 10 * MiB,
  directories: 1_000,
  outputBytes: 64 * MiB,
  stderrBytes: 64 * 1024,
  objects: 10_000,
  objectBytes: 1.5 * MiB,
  parseMs: 5_000,
  wallMs: 60_000,
  cpuSeconds: 30,
  // Go programs do not start with 512 MiB of address space, and do with 768.
  addressSpaceBytes: 2_048 * MiB,
};
