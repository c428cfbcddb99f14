import type { ServedKind } from "../kinds/kind-strategy.ts";

/** What a cluster serves: the built-in kinds that all clusters share, and its own custom ones. */
export interface Catalogue {
  readonly find: (group: string, version: string, plural: string) => ServedKind | undefined;
  /** The kind at its storage version. */
  readonly findKind: (group: string, kind: string) => ServedKind | undefined;
  /** Every served version of a resource, in the order of preference. */
  readonly versionsOf: (group: string, plural: string) => readonly ServedKind[];
  /** The same array until something else is served. */
  readonly all: () => readonly ServedKind[];
  readonly isBuiltinGroup: (group: string) => boolean;
  readonly isCustom: (kind: ServedKind) => boolean;
  /** Serves these instead of what was served under this key (a CRD's name); an empty list ends it. */
  readonly serveCustom: (key: string, kinds: readonly ServedKind[]) => void;
  /** Counts every change of what is served. */
  readonly generation: () => number;
}

/** An index of kinds that never changes; one is shared by all clusters of a process. */
export interface KindIndex {
  readonly kinds: readonly ServedKind[];
  readonly groups: ReadonlySet<string>;
  readonly byResource: ReadonlyMap<string, readonly ServedKind[]>;
  readonly byKind: ReadonlyMap<string, ServedKind>;
}

const grouped = (kinds: readonly ServedKind[]): Map<string, ServedKind[]> => {
  const map = new Map<string, ServedKind[]>();
  for (const kind of kinds) {
    const key = `${kind.group}/${kind.plural}`;
    const known = map.get(key);
    if (known === undefined) map.set(key, [kind]);
    else known.push(kind);
  }
  return map;
};

/** Indexes kinds by resource and by kind. */
export const indexKinds = (kinds: readonly ServedKind[]): KindIndex => {
  const byResource = grouped(kinds);
  const byKind = new Map<string, ServedKind>();
  for (const versions of byResource.values()) {
    const stored = versions.find((kind) => kind.version === kind.storageVersion) ?? versions[0];
    if (stored !== undefined) byKind.set(`${stored.group}/${stored.kind}`, stored);
  }
  return { kinds, groups: new Set(kinds.map(({ group }) => group)), byResource, byKind };
};

const NONE: KindIndex = { kinds: [], groups: new Set(), byResource: new Map(), byKind: new Map() };

/** The catalogue of one cluster, over the shared built-in kinds. */
export const openCatalogue = (builtin: KindIndex): Catalogue => {
  const custom = new Map<string, readonly ServedKind[]>();
  let own = NONE;
  let all = builtin.kinds;
  let generation = 0;
  const versionsOf = (group: string, plural: string): readonly ServedKind[] =>
    builtin.byResource.get(`${group}/${plural}`) ?? own.byResource.get(`${group}/${plural}`) ?? [];
  return {
    find: (group, version, plural) => versionsOf(group, plural).find((kind) => kind.version === version),
    findKind: (group, kind) => builtin.byKind.get(`${group}/${kind}`) ?? own.byKind.get(`${group}/${kind}`),
    versionsOf,
    all: () => all,
    isBuiltinGroup: (group) => builtin.groups.has(group),
    isCustom: (kind) => own.byResource.has(`${kind.group}/${kind.plural}`),
    serveCustom: (key, kinds) => {
      if (kinds.length === 0) custom.delete(key);
      else custom.set(key, kinds);
      own = custom.size === 0 ? NONE : indexKinds([...custom.values()].flat());
      all = custom.size === 0 ? builtin.kinds : [...builtin.kinds, ...own.kinds];
      generation += 1;
    },
    generation: () => generation,
  };
};
