import type { KubeObject } from "./kube-object.ts";
import type { ValuePath } from "./yaml-path.ts";

/** What the server writes; in a manifest it says nothing. */
const SERVER_OWNED: readonly ValuePath[] = [
  ["status"],
  ["metadata", "managedFields"],
  ["metadata", "uid"],
  ["metadata", "resourceVersion"],
  ["metadata", "generation"],
  ["metadata", "creationTimestamp"],
  ["metadata", "deletionTimestamp"],
  ["metadata", "deletionGracePeriodSeconds"],
  ["metadata", "selfLink"],
  ["metadata", "ownerReferences"],
];

/** The object without server-owned fields, and the paths of those that held something. */
export const stripServerFields = (
  object: KubeObject,
): { readonly object: KubeObject; readonly dropped: readonly ValuePath[] } => {
  const present = SERVER_OWNED.filter(([first, second]) =>
    second === undefined ? first !== undefined && first in object : second in object.metadata,
  );
  if (present.length === 0) return { object, dropped: [] };
  const top: Record<string, unknown> = { ...object };
  const metadata: Record<string, unknown> = { ...object.metadata };
  const dropped = present.filter(([first, second]) => {
    const [owner, field] = second === undefined ? [top, first] : [metadata, second];
    const value = owner[String(field)];
    delete owner[String(field)];
    return value !== null && !isEmpty(value);
  });
  return { object: { ...top, metadata } as unknown as KubeObject, dropped };
};

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
