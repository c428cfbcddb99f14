import { createHash } from "node:crypto";

import type { Ask, DiscoveredGroup, DiscoveredResource } from "./ask-server.ts";
import { chosenKinds } from "./chosen-kinds.ts";

/** ServedKind of packages/embedded-cluster without strategy and model, and the name of its struct. */
export interface KindRow {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  readonly storageVersion: string;
  readonly type: string;
}

/** One row for each chosen kind and served version, in the server's order. */
export const makeKinds = async (
  groups: readonly DiscoveredGroup[],
  goKinds: Readonly<Record<string, string>>,
  ask: Ask,
): Promise<readonly KindRow[]> => {
  const rows: KindRow[] = [];
  for (const { metadata, versions } of groups) {
    const group = metadata.name ?? "";
    for (const { version, resources } of versions) {
      const hashes = await storageHashes(ask, group, version);
      for (const found of resources) {
        const { kind } = found.responseKind;
        if (chosenKinds[group]?.includes(kind) !== true) continue;
        const served = versions.map((each) => each.version);
        const type = goKinds[`${group}/${version}/${kind}`];
        if (type === undefined) throw new Error(`${group}/${version}/${kind}: unknown to Go`);
        const storageVersion = storedIn(hashes.get(found.resource), group, kind, served) ?? version;
        rows.push({ group, version, ...describe(found), storageVersion, type });
      }
    }
  }
  return rows;
};

const describe = (found: DiscoveredResource): Omit<KindRow, "group" | "version" | "storageVersion" | "type"> => ({
  kind: found.responseKind.kind,
  listKind: `${found.responseKind.kind}List`,
  plural: found.resource,
  singular: found.singularResource,
  shortNames: found.shortNames ?? [],
  categories: found.categories ?? [],
  namespaced: found.scope === "Namespaced",
  verbs: found.verbs,
  subresources: (found.subresources ?? [])
    .map((each) => each.subresource)
    .filter((name) => /^(status|scale)$/.test(name)),
});

/** Only legacy discovery tells of the storage version, and only its hash. */
const storageHashes = async (ask: Ask, group: string, version: string): Promise<ReadonlyMap<string, string>> => {
  const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources } = await ask<{ resources: readonly { name: string; storageVersionHash?: string }[] }>(path);
  return new Map(resources.map(({ name, storageVersionHash }) => [name, storageVersionHash ?? ""]));
};

const storedIn = (hash: string | undefined, group: string, kind: string, versions: readonly string[]) =>
  versions.find((version) => {
    const digest = createHash("sha256").update(`${group}/${version}/${kind}`).digest();
    return digest.subarray(0, 8).toString("base64") === hash;
  });
