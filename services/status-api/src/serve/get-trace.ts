import type { GetTraceRequest, GetTraceResponse, InventoryItem } from "@evenkeel/contracts";
import { DriftPolicy, FLEET_SOURCE } from "@evenkeel/contracts";

import { changeCause } from "../core/unit/change-cause.ts";
import { isNamed } from "../core/find-object.ts";
import type { ObjectQuery } from "../core/find-object.ts";
import { refKey } from "../core/unit/unit-record.ts";
import { timesOf } from "../core/unit/unit-times.ts";
import type { Projection } from "../follow/projection.ts";
import { badRequest, notFound, requireKnown, requireName } from "./status-error.ts";

interface Found {
  readonly key: string;
  readonly item: InventoryItem;
}

const find = (projection: Projection, cluster: string, query: ObjectQuery): readonly Found[] =>
  projection.keys().flatMap((key) => {
    const [ofCluster = "", app = ""] = key.split("\0");
    if (cluster !== "" && ofCluster !== cluster) return [];
    const items = projection.record(ofCluster, app)?.objects ?? [];
    return items.filter(({ ref }) => ref !== undefined && isNamed(ref, query)).map((item) => ({ key, item }));
  });

const describe = ({ item, key }: Found): string => {
  const { kind = "", name = "", namespace = "" } = item.ref ?? {};
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`} on ${key.split("\0")[0] ?? ""}`;
};

/** From an object to its unit, by the inventories of all units. */
export const getTrace =
  (projection: Projection) =>
  async (request: GetTraceRequest): Promise<GetTraceResponse> => {
    requireName("kind", request.kind);
    requireName("name", request.name);
    requireKnown(projection, { cluster: request.cluster, app: "" });
    const found = find(projection, request.cluster, request);
    const [first] = found;
    if (first === undefined) throw notFound("Object", `${request.kind}/${request.name}`);
    if (found.length > 1) {
      const names = found.slice(0, 5).map(describe).join("; ");
      throw badRequest("name", `${found.length} objects match: ${names}; give namespace or cluster`, "AMBIGUOUS");
    }
    const [cluster = "", app = ""] = first.key.split("\0");
    const record = projection.record(cluster, app);
    const fleet = projection.sources().find(({ source }) => source === FLEET_SOURCE);
    const cause = record === undefined ? undefined : changeCause(record, fleet);
    const drift = record?.drift;
    return {
      ref: first.item.ref,
      unit: projection.status(first.key),
      objectDigest: first.item.record?.desired ?? "",
      drift: drift?.findings.find((finding) => refKey(finding.ref) === refKey(first.item.ref)),
      policy: drift?.policy ?? DriftPolicy.UNSPECIFIED,
      ...(record === undefined
        ? { commitToLiveMs: 0n, renderMs: 0n, applyMs: 0n, healthyMs: 0n }
        : timesOf(record, cause)),
      cause,
    };
  };
