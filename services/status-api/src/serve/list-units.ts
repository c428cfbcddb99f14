import { DriftPolicy, ResolvedBy } from "@evenkeel/contracts";
import type {
  DriftItem,
  ListDriftRequest,
  ListUnitsRequest,
  ListUnitsResponse,
  UnitStatus,
  UnknownUnits,
} from "@evenkeel/contracts";
import type { ListDriftResponse } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";

import { pageOf } from "../core/page.ts";
import { removedUnits } from "../core/units/removed-units.ts";
import { refKey } from "../core/unit/unit-record.ts";
import { unitKey } from "../follow/projection.ts";
import type { Projection } from "../follow/projection.ts";
import { unknownUnits } from "../core/units/unknown-units.ts";
import { requireKnown, withPageErrors } from "./status-error.ts";

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

/** Which units of a selection nobody sees now. */
const unknownOf = (projection: Projection, filter: UnitFilter): UnknownUnits[] => {
  const selected = projection.keys().filter((key) => passes(key, filter));
  const doubted = selected.map((key) => {
    const [cluster = "", app = ""] = key.split("\0");
    const appUid = projection.record(cluster, app)?.desired?.unit?.appUid ?? "";
    return { unit: { cluster, app, appUid }, doubt: projection.doubtOf(key) };
  });
  return unknownUnits(doubted, projection.names().isComplete);
};

const nameParts = ({ app, cluster }: UnitFilter): readonly string[] => [cluster, app];

export const listUnits =
  (projection: Projection, clock: Pick<Clock, "now">) =>
  async (request: ListUnitsRequest): Promise<ListUnitsResponse> => {
    requireKnown(projection, request);
    const keys = projection.keys().filter((key) => passes(key, request));
    const page = withPageErrors(() => pageOf(keys, (key) => key, { ...request, filter: nameParts(request) }));
    const units = page.items
      .map((key) => projection.status(key))
      .filter((unit): unit is UnitStatus => unit !== undefined);
    const isOfInterest = ({ app, cluster }: { readonly app: string; readonly cluster: string }): boolean =>
      passes(unitKey(cluster, app), request);
    const gone = request.pageToken === "" ? removedUnits(projection.records(), clock.now()) : [];
    const removed = gone.filter(({ unit }) => unit !== undefined && isOfInterest(unit));
    const unknown = request.pageToken === "" ? unknownOf(projection, request) : [];
    return { units, nextPageToken: page.nextPageToken, total: keys.length, removed, unknown };
  };

interface KeyedDrift {
  readonly key: string;
  readonly item: DriftItem;
}

/** Open drift by unit and object, then ended drift, the newest end first: one text orders both. */
const driftOf = (projection: Projection, key: string, since: Date | undefined): readonly KeyedDrift[] => {
  const [cluster = "", app = ""] = key.split("\0");
  const record = projection.record(cluster, app);
  const unit = projection.status(key)?.unit ?? { cluster, app, appUid: "" };
  const { drift, ended = [] } = record ?? {};
  const open = (drift?.findings ?? []).map((finding) => ({
    key: `0\0${unitKey(cluster, app)}\0${refKey(finding.ref)}`,
    item: {
      unit,
      finding,
      policy: drift?.policy ?? DriftPolicy.UNSPECIFIED,
      traceId: drift?.traceId ?? "",
      endedAt: undefined,
      endedBy: ResolvedBy.UNSPECIFIED,
    },
  }));
  if (since === undefined) return open;
  const over = ended.flatMap(({ endedAt, endedBy, finding, policy, traceId }, n) => {
    if (endedAt === undefined || endedAt < since) return [];
    const newestFirst = String(1e15 - endedAt.getTime());
    return [
      {
        key: `1\0${newestFirst}\0${unitKey(cluster, app)}\0${refKey(finding.ref)}\0${n}`,
        item: { unit, finding, policy, traceId, endedAt, endedBy },
      },
    ];
  });
  return [...open, ...over];
};

export const listDrift =
  (projection: Projection) =>
  async (request: ListDriftRequest): Promise<ListDriftResponse> => {
    requireKnown(projection, request);
    const since = request.endedSince;
    const all = projection
      .keys()
      .filter((key) => passes(key, request))
      .flatMap((key) => driftOf(projection, key, since))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const filter = [...nameParts(request), String(since?.getTime() ?? "")];
    const page = withPageErrors(() => pageOf(all, (drift) => drift.key, { ...request, filter }));
    const unknown = request.pageToken === "" ? unknownOf(projection, request) : [];
    return { items: page.items.map((drift) => drift.item), nextPageToken: page.nextPageToken, unknown };
  };
