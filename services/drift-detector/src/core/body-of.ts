import { rulesFor, toApplyBody, withoutIgnored } from "@evenkeel/apply";
import type { ObjectRecord } from "@evenkeel/drift";
import type { KubeObject } from "@evenkeel/resource";
import { refOf } from "@evenkeel/resource";
import type { IgnoreRule, ObjectRef } from "@evenkeel/words";

/** The rendered object of a ref: its own namespace may be missing there, since the application's was put in. */
export const findRendered = <T extends { readonly object: KubeObject }>(
  objects: readonly T[],
  ref: ObjectRef,
): T | undefined => {
  const same = objects.filter(({ object }) => {
    const other = refOf(object);
    return other.group === ref.group && other.kind === ref.kind && other.name === ref.name;
  });
  return (
    same.find(({ object }) => (object.metadata.namespace ?? "") === ref.namespace) ??
    same.find(({ object }) => object.metadata.namespace === undefined || ref.namespace === "")
  );
};

/** What an application leaves to others, and the object that this is judged by. */
export interface LeftToOthers {
  readonly live: KubeObject;
  readonly ignore: readonly IgnoreRule[];
}

/**
 * The body of our last apply again, byte for byte: the rendered object, placed and stamped as it was then. Under rules
 * that leave fields to others it is what an apply would send now, as the applier would send it.
 */
export const bodyOf = (
  rendered: KubeObject,
  ref: ObjectRef,
  record: ObjectRecord,
  owner: { readonly appUid: string; readonly installation: string },
  { live, ignore }: LeftToOthers,
): KubeObject => {
  const { namespace: _placedAnew, ...metadata } = rendered.metadata;
  const placed = {
    ...rendered,
    metadata: { ...metadata, name: ref.name, ...(ref.namespace === "" ? {} : { namespace: ref.namespace }) },
  };
  const sent = withoutIgnored(placed, live, rulesFor(ignore, ref));
  return toApplyBody(sent, { ...record.stamp, ...owner });
};
