import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";

/** What may be written at one place of an object: values that the server should take, and some that it should not. */
export interface FieldRow {
  /** JSON pointer. */
  readonly at: string;
  readonly good: readonly Value[];
  readonly bad: readonly Value[];
  /** Neither taken out nor emptied: the server would refuse the object for it, which is not judged. */
  readonly isNeeded?: true;
}

export const row = (at: string, good: readonly Value[], bad: readonly Value[] = []): FieldRow => ({ at, good, bad });

/** A field that must be there, with one of these values. */
export const needed = (at: string, good: readonly Value[], bad: readonly Value[] = []): FieldRow => ({
  at,
  good,
  bad,
  isNeeded: true,
});

/** One kind at one version, as the generator knows it. */
export interface KindTable {
  /** For `--kind` and reports: `Deployment`, `Gear.v2`. */
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly subresources: readonly ("status" | "scale")[];
  /** Strategic merge patch is understood. */
  readonly strategic: boolean;
  /** A small valid object. */
  readonly base: (name: string) => LiveObject;
  readonly fields: readonly FieldRow[];
  /** What its status may hold. */
  readonly status: readonly FieldRow[];
  /** Another version of the same objects. */
  readonly alternate?: string;
}

/** `/api/v1/namespaces/NS/configmaps` */
export const collectionOf = (table: KindTable, namespace: string): string => {
  const root = table.apiVersion.includes("/") ? `/apis/${table.apiVersion}` : `/api/${table.apiVersion}`;
  return table.namespaced ? `${root}/namespaces/${namespace}/${table.plural}` : `${root}/${table.plural}`;
};

/** A namespaced kind without subresources, unless `more` says otherwise. */
export const kindOf = (
  apiVersion: string,
  kind: string,
  plural: string,
  content: (name: string) => ValueMap,
  fields: readonly FieldRow[],
  more: Partial<KindTable> = {},
): KindTable => ({
  name: kind,
  apiVersion,
  kind,
  plural,
  namespaced: true,
  subresources: [],
  strategic: true,
  base: (name): LiveObject => ({ apiVersion, kind, metadata: { name }, ...content(name) }),
  fields,
  status: [],
  ...more,
});
