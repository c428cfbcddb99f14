import { appUid, targetsOf } from "@evenkeel/declarations";
import type { Application, Cluster, DeclarationSet } from "@evenkeel/declarations";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import type { DeclaredUnit } from "./renders-to-request.ts";
import { unitKey } from "./unit-memory.ts";

/** Everything a declaration set says about units, looked up by what a plan needs. */
export interface DeclaredUnits {
  readonly bySource: ReadonlyMap<string, readonly DeclaredUnit[]>;
  /** Unit key to the digest of what the unit is declared by. */
  readonly digests: ReadonlyMap<string, string>;
  readonly applications: ReadonlyMap<string, Application>;
  readonly repositories: readonly string[];
}

const digestOf = (value: unknown): string => sha256Hex(canonicalJson(value as Json));

/** Digest of an application's declaration: part of the name of a unit's trace. */
export const applicationDigest = (application: Application): string => digestOf(application.spec);

/** All units of a declaration set: each application on each cluster that its selector matches. */
export const listUnits = (set: DeclarationSet, installation: string): DeclaredUnits => {
  const clusters = new Map(set.clusters.map((cluster) => [cluster.metadata.name, cluster]));
  const clusterDigests = new Map(set.clusters.map((cluster) => [cluster.metadata.name, clusterDigest(cluster)]));
  const bySource = new Map<string, DeclaredUnit[]>();
  const digests = new Map<string, string>();
  for (const application of set.applications) {
    const { repository, path, id } = application.spec;
    const own = applicationDigest(application);
    const uid = appUid(installation, id);
    for (const cluster of targetsOf(application, set.clusters)) {
      const unit = { cluster, app: application.metadata.name, appUid: uid };
      const declared = digestOf([own, clusterDigests.get(cluster) ?? ""]);
      const units = bySource.get(repository) ?? [];
      const placement = BigInt(clusters.get(cluster)?.changedAt ?? 0);
      units.push({ unit, source: repository, path: path === "." ? "" : path, application: own, declared, placement });
      bySource.set(repository, units);
      digests.set(unitKey(unit), declared);
    }
  }
  return {
    bySource,
    digests,
    applications: new Map(set.applications.map((application) => [application.metadata.name, application])),
    repositories: set.repositories.map(({ metadata }) => metadata.name),
  };
};

// Its labels only choose the targets: which units there are already says what they changed.
const clusterDigest = ({ spec, changedAt }: Cluster): string => digestOf([spec, changedAt]);
