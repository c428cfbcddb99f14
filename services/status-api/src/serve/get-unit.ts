import type {
  GetHistoryRequest,
  GetHistoryResponse,
  GetUnitRequest,
  GetUnitResponse,
  HistoryItem,
  UnitStatus,
} from "@evenkeel/contracts";

import { pageOf } from "../core/page.ts";
import { passes } from "./list-units.ts";
import type { LedgerHistory } from "../follow/ledger-history.ts";
import { unitKey } from "../follow/projection.ts";
import type { Projection } from "../follow/projection.ts";
import { notOnCluster, requireKnown, requireName, unavailable, withPageErrors } from "./status-error.ts";

const requireUnit = ({ app, cluster }: { readonly cluster: string; readonly app: string }): void => {
  requireName("cluster", cluster);
  requireName("app", app);
};

const absent = (projection: Projection, { app, cluster }: { readonly cluster: string; readonly app: string }) => {
  const units = projection
    .keys()
    .filter((key) => passes(key, { cluster: "", app }))
    .map((key) => projection.status(key))
    .filter((unit): unit is UnitStatus => unit !== undefined);
  return notOnCluster(`${app}@${cluster}`, app, units);
};

export const getUnit =
  (projection: Projection) =>
  async (request: GetUnitRequest): Promise<GetUnitResponse> => {
    const unit = projection.status(unitKey(request.cluster, request.app));
    // An application that no cluster matches has a row without one.
    if (unit === undefined) requireUnit(request);
    if (unit === undefined) requireKnown(projection, request);
    if (unit === undefined) throw absent(projection, request);
    return { unit, drift: [...(projection.record(request.cluster, request.app)?.drift?.findings ?? [])] };
  };

// The ledger of a unit that was removed stays readable.
export const getHistory =
  (projection: Projection, ledger: LedgerHistory) =>
  async (request: GetHistoryRequest, context: { signal: AbortSignal }): Promise<GetHistoryResponse> => {
    const { app, cluster } = request;
    requireUnit(request);
    const doubt = projection.doubt();
    if (doubt !== undefined) throw unavailable(doubt.reason.code, doubt.reason.message);
    const { beginning, items } = await ledger.read(cluster, app, context.signal);
    const record = projection.record(cluster, app);
    if (items.length === 0 && record === undefined) requireKnown(projection, request);
    if (items.length === 0 && record === undefined) throw absent(projection, request);
    const commits = new Map(projection.sources().flatMap((source) => [...source.commits]));
    // Entries of a chain are numbered from 1; newest first.
    const keyOf = (item: HistoryItem): string => String(1e15 - Number(item.ledger.split("/")[1] ?? 0));
    const page = withPageErrors(() => pageOf(items, keyOf, { ...request, filter: [cluster, app] }));
    return {
      items: page.items.map((item) => {
        const words =
          commits.get(item.revision) ?? (record?.desired?.revision === item.revision ? record.desired : undefined);
        return { ...item, author: words?.author ?? "", subject: words?.subject ?? "" };
      }),
      nextPageToken: page.nextPageToken,
      beginning,
    };
  };
