/** One program to run, as plain data: it goes to the process that starts programs. */
export interface RunRequest {
  /** Absolute path, then arguments. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: { readonly [name: string]: string };
  /** File that takes the output; it must not exist. */
  readonly stdoutFile: string;
  /** How much of stderr is kept. */
  readonly stderrBytes: number;
  readonly wallMs: number;
}

export interface RunEnd {
  /** Undefined where a signal ended it. */
  readonly exitCode?: number;
  readonly signal?: string;
  readonly stderr: string;
  /** The wall time ran out, and its process group was killed. */
  readonly timedOut: boolean;
  /** It never began. */
  readonly startFailed?: string;
}

/** What the starter tries to reach, to prove that it cannot: ports of 127.0.0.1, a socket's abstract name, its file. */
export interface ReachTargets {
  readonly tcp: number;
  readonly udp: number;
  readonly abstract: string;
  readonly file?: string;
}

/** From us to the starter. */
export type StarterOrder =
  | { readonly order: "run"; readonly id: number; readonly request: RunRequest }
  | { readonly order: "reach"; readonly id: number; readonly targets: ReachTargets }
  | { readonly order: "kill"; readonly id: number };

/** From the starter to us. */
export type StarterAnswer =
  | { readonly id: number; readonly end: RunEnd }
  | { readonly id: number; readonly reached: readonly string[] };
