/** What a command reaches the world through; tests give their own. */
export interface Terminal {
  /** Data. */
  readonly out: (text: string) => void;
  /** Messages. */
  readonly err: (text: string) => void;
  readonly now: () => Date;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Colours may be used on `out`. */
  readonly colour: boolean;
  /** Ends waits: Ctrl-C. */
  readonly signal: AbortSignal;
}
