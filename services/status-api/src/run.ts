import type { Reason } from "@evenkeel/contracts";
import { systemClock } from "@evenkeel/machine";
import { whileConnected } from "@evenkeel/service-host";
import type { CommonConfig, Service, ServiceRun } from "@evenkeel/service-host";

import { startChangeFeed } from "./follow/change-feed.ts";
import { readConfig, settings } from "./config.ts";
import type { StatusApiConfig } from "./config.ts";
import { sourceStatus } from "./core/source-status.ts";
import { followBus } from "./follow/follow-bus.ts";
import { followDeclarations } from "./follow/follow-declarations.ts";
import { followFacts } from "./follow/follow-facts.ts";
import { followStores } from "./follow/follow-stores.ts";
import { followWatchers } from "./follow/follow-watchers.ts";
import { getTrace } from "./serve/get-trace.ts";
import { getHistory, getUnit } from "./serve/get-unit.ts";
import { createLedgerHistory } from "./follow/ledger-history.ts";
import { listDrift, listUnits } from "./serve/list-units.ts";
import { observeStatus } from "./follow/observe-status.ts";
import { createProjection } from "./follow/projection.ts";
import type { Projection } from "./follow/projection.ts";
import type { ServeQueries } from "./serve/serve-queries.ts";
import { serveGrpc } from "./serve/serve-grpc.ts";
import { watchUnits } from "./serve/watch-units.ts";

/** What the service is given: beside the bus, how its queries are served. */
export interface StatusApiRun extends ServiceRun {
  /** By gRPC at the configured address unless given. */
  readonly serve?: ServeQueries;
}

/** Serves the status of all units until the signal ends. Throws if the bus is lost for good. */
export const runStatusApi = async (
  config: StatusApiConfig,
  given: StatusApiRun,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, telemetry, clock = systemClock, serve = serveGrpc } = given;
  const connected = whileConnected(bus, signal);
  const { until } = connected;
  const projection = createProjection(
    () => clock.now(),
    (ms, run) => {
      clock.sleep(ms, until).then(run, () => undefined);
    },
  );
  const feed = startChangeFeed(projection, clock, telemetry, until);
  observeStatus(projection, clock, telemetry);
  const stores = followStores({ bus, clock, telemetry }, until);
  const implementation = {
    getUnit: getUnit(projection),
    listUnits: listUnits(projection, clock),
    watchUnits: watchUnits({ projection, feed, clock, signal: until }),
    listDrift: listDrift(projection),
    getHistory: getHistory(projection, createLedgerHistory(bus)),
    getTrace: getTrace(projection),
    listSources: async () => ({
      sources: projection.sources().map(sourceStatus),
      warnings: [...unknownNow(projection), ...stores.warnings()],
    }),
  };
  await using server = await serve(config.listen, implementation, { clock, drainMs: 2000, telemetry });
  using _ended = connected; // before the server drains
  const following = { bus, clock, projection, telemetry };
  await Promise.all([
    followFacts(following, until),
    followDeclarations(following, until),
    followWatchers(following, until),
  ]);
  followBus({ bus, projection, serving: (on) => server.serving(on) }, until);
  telemetry.log.info("serving", { address: server.address, units: projection.keys().length });
  given.onReady?.(server.address);
  await connected.during();
};

/** What is said of sources is as old as the bus's last word. */
const unknownNow = (projection: Projection): readonly Reason[] => {
  const doubt = projection.doubt();
  return doubt === undefined ? [] : [doubt.reason];
};

export { queriesInProcess } from "./serve/serve-in-process.ts";
export type { QueriesInProcess } from "./serve/serve-in-process.ts";
export type { QueryServer, ServeQueries } from "./serve/serve-queries.ts";
export const service: Service<CommonConfig & StatusApiConfig, StatusApiRun> = {
  settings,
  readConfig,
  run: runStatusApi,
};
