/** What one render may cost; sizes in bytes, times in milliseconds. */
export interface RenderLimits {
  readonly treeEntries: number;
  /** Levels of directories below the root. */
  readonly pathDepth: number;
  /** Bytes of one path. */
  readonly pathBytes: number;
  readonly inputBytes: number;
  readonly fileBytes: number;
  /** Kustomizations that are built, each as often as it is named. */
  readonly directories: number;
  /** Of one file that configures kustomize, and of all of one render. */
  readonly configBytes: number;
  readonly allConfigBytes: number;
  readonly outputBytes: number;
  readonly stderrBytes: number;
  readonly objects: number;
  readonly objectBytes: number;
  /** For reading one file. */
  readonly parseMs: number;
  /** For one run of a tool. */
  readonly wallMs: number;
  readonly cpuSeconds: number;
  /** What a program may write to; the name of the limit of memory in messages. */
  readonly memoryBytes: number;
  /** What a program may map, written to or not. */
  readonly addressSpaceBytes: number;
}

const MIB = 1024 * 1024;

export const renderLimits: RenderLimits = {
  treeEntries: 50_000,
  pathDepth: 100,
  pathBytes: 1_024,
  inputBytes: 256 * MIB,
  fileBytes: 10 * MIB,
  directories: 1_000,
  // Read at 2.6 MB a second on the main thread.
  configBytes: MIB / 4,
  allConfigBytes: 4 * MIB,
  outputBytes: 64 * MIB,
  stderrBytes: 64 * 1024,
  objects: 10_000,
  objectBytes: 1.5 * MIB,
  parseMs: 5_000,
  wallMs: 60_000,
  cpuSeconds: 30,
  // kustomize takes 240 MiB for the 2 MB of Argo CD's HA manifests.
  memoryBytes: 1_024 * MIB,
  // Go and glibc map far more than they write: 1.5 to 2 GiB at 400 MiB of memory, by the number of threads.
  addressSpaceBytes: 16_384 * MIB,
};
