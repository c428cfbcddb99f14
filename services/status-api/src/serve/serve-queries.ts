import type { StatusServiceImplementation } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";

import type { ListenConfig } from "../config.ts";

/** What answers queries from outside for as long as it is not disposed of. */
export interface QueryServer extends AsyncDisposable {
  /** `host:port` at which it answers. */
  readonly address: string;
  /** Says to who asks for its health whether it is caught up; it is not at first. */
  serving(on: boolean): void;
}

export interface ServeOptions {
  readonly clock: Clock;
  /** So long calls may go on once it is disposed of. */
  readonly drainMs: number;
  readonly telemetry: Telemetry;
}

/** Lets the queries of the service be asked from outside. */
export type ServeQueries = (
  listen: ListenConfig,
  queries: StatusServiceImplementation,
  options: ServeOptions,
) => Promise<QueryServer>;
