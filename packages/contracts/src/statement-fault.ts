import { FLEET_SOURCE } from "./fleet-source.ts";
import type { LineageStatement, UnitVersion } from "./gen/names.ts";

/** What a request or a desired state says of where it comes from. */
export interface Said {
  readonly version: UnitVersion | undefined;
  readonly source: string;
  readonly revision: string;
  readonly tree: string;
  readonly declarationsDigest: string;
  readonly removed: boolean;
  readonly lineage: LineageStatement | undefined;
  readonly fleetStatement: LineageStatement | undefined;
}

type Field = readonly [name: string, said: string | bigint | undefined, signed: string | bigint];

/**
 * Why the source-watcher's signed words do not cover what is said; undefined: they cover all of it. A tombstone reads its
 * deletion policy from the last set that held the unit, so there only the number of the fleet revision is compared.
 */
export const statementFault = (said: Said, isSigned: (statement: LineageStatement) => boolean): string | undefined => {
  const { lineage, fleetStatement, version } = said;
  if (lineage === undefined) return "nothing signed says where its content comes from";
  if (fleetStatement === undefined) return "nothing signed says which fleet revision declares it";
  if (!isSigned(lineage)) return `the statement of source ${lineage.source} is not signed by the source-watcher`;
  if (!isSigned(fleetStatement)) return "the statement of the fleet revision is not signed by the source-watcher";
  const fields: readonly Field[] = [
    ["source", said.source, lineage.source],
    ["revision", said.revision, lineage.tip],
    ["tree", said.tree, lineage.tree],
    ["source's seq", version?.sources.find(({ source }) => source === lineage.source)?.seq, lineage.seq],
    ["fleet source", FLEET_SOURCE, fleetStatement.source],
    ["fleet's seq", version?.fleet, fleetStatement.seq],
    ...(said.removed
      ? []
      : ([["declarations digest", said.declarationsDigest, fleetStatement.declarationsDigest]] as const)),
  ];
  const wrong = fields.find(([, is, signed]) => is !== signed);
  if (wrong === undefined) return version?.sources.length === 1 ? undefined : "its version names another source too";
  const [name, is, signed] = wrong;
  return `its ${name} is ${String(is)}, signed was ${String(signed)}`;
};
