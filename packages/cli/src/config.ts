/** What the environment says: mirrors of the flags. */
export interface CliEnvironment {
  readonly server: string | undefined;
  readonly timeout: string | undefined;
  readonly output: string | undefined;
  readonly cluster: string | undefined;
  readonly traceUrl: string | undefined;
  /** NO_COLOR or CI is set. */
  readonly plain: boolean;
}

const set = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

/** Reads the environment of a command. */
export const readEnvironment = (env: Readonly<Record<string, string | undefined>> = process.env): CliEnvironment => ({
  server: set(env["EVENKEEL_SERVER"]),
  timeout: set(env["EVENKEEL_TIMEOUT"]),
  output: set(env["EVENKEEL_OUTPUT"]),
  cluster: set(env["EVENKEEL_CLUSTER"]),
  traceUrl: set(env["EVENKEEL_TRACE_URL"]),
  plain: set(env["NO_COLOR"]) !== undefined || set(env["CI"]) !== undefined,
});
