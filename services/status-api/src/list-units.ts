import type { DriftItem, ListDriftRequest, ListUnitsRequest, ListUnitsResponse, UnitStatus } from "@evenkeel/contracts";
import type { ListDriftResponse } from "@evenkeel/contracts";

import { pageOf } from "./core/page.ts";
import { refKey } from "./core/unit-record.ts";
import { unitKey } from "./projection.ts";
import type { Projection } from "./projection.ts";
import { withPageErrors } from "./status-error.ts";

/** Which units are asked for; an empty name means any. */
export interface UnitFilter {
  readonly cluster: string;
  readonly app: string;
}

/** True if a unit key passes the filter. */
export const passes = (key: string, { app, cluster }: UnitFilter): boolean => {
  const [ofCluster, ofApp] = key.split("\0");
  return (cluster === "" || ofCluster === cluster) && (app === "" || ofApp === app);
};

const nameParts = ({ app, cluster }: UnitFilter): readonly string[] => [cluster, app];

export const listUnits =
  (projection: Projection) =>
  async (request: ListUnitsRequest): Promise<ListUnitsResponse> => {
    const keys = projection.keys().filter((key) => passes(key, request));
    const page = withPageErrors(() => pageOf(keys, (key) => key, { ...request, filter: nameParts(request) }));
    const units = page.items
      .map((key) => projection.status(key))
      .filter((unit): unit is UnitStatus => unit !== undefined);
    return { units, nextPageToken: page.nextPageToken, total: keys.length };
  };

interface KeyedDrift {
  readonly key: string;
  readonly item: DriftItem;
}

const driftOf = (projection: Projection, key: string): readonly KeyedDrift[] => {
  const [cluster = "", app = ""] = key.split("\0");
  const drift = projection.record(cluster, app)?.drift;
  const unit = projection.status(key)?.unit;
  return (drift?.findings ?? []).map((finding) => ({
    key: `${unitKey(cluster, app)}\0${refKey(finding.ref)}`,
    item: { unit, finding, policy: drift?.policy ?? 0, traceId: drift?.traceId ?? "" },
  }));
};

export const listDrift =
  (projection: Projection) =>
  async (request: ListDriftRequest): Promise<ListDriftResponse> => {
    const all = projection
      .keys()
      .filter((key) => passes(key, request))
      .flatMap((key) => driftOf(projection, key))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const page = withPageErrors(() => pageOf(all, (drift) => drift.key, { ...request, filter: nameParts(request) }));
    return { items: page.items.map((drift) => drift.item), nextPageToken: page.nextPageToken };
  };
