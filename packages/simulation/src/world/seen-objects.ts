import type { StoreEvent } from "@evenkeel/embedded-cluster";
import { APP_LABEL, OWN_ANNOTATIONS } from "@evenkeel/resource";

import type { SeenWrite, Stamped } from "../oracles/seen-write.ts";
import { NAMESPACE } from "../truth/texts.ts";

interface Written {
  readonly metadata: {
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

/** What the product has put on an object; undefined: it is not of its making. */
export const stampedOf = ({ metadata, data }: Written): Stamped | undefined => {
  const appUid = metadata.labels?.[APP_LABEL];
  const seq = metadata.annotations?.[OWN_ANNOTATIONS.seq];
  if (appUid === undefined || seq === undefined) return undefined;
  const epoch = Number(metadata.annotations?.[OWN_ANNOTATIONS.epoch]);
  return { appUid, seq: Number(seq), epoch, stamp: Number(data?.["stamp"] ?? 0) };
};

/** Members of `data` that people put in beside the author's. */
export const FOREIGN = "theirs";

/** A change of one of the world's objects; undefined: of something else. */
export const seenWrite = (
  cluster: string,
  { type, object, previous }: StoreEvent,
  by: string | undefined,
): SeenWrite | undefined => {
  const { plural, namespace, name, group } = object.key;
  if (group !== "" || plural !== "configmaps" || namespace !== NAMESPACE) return undefined;
  const now = JSON.parse(object.json) as Written;
  const before = previous === undefined ? undefined : (JSON.parse(previous.json) as Written);
  const gone = type === "DELETED" ? now : undefined;
  const isLost =
    type !== "DELETED" && before?.data?.[FOREIGN] !== undefined && now.data?.[FOREIGN] !== before.data[FOREIGN];
  return {
    cluster,
    by,
    type,
    name,
    uid: now.metadata.uid ?? "",
    after: gone === undefined ? stampedOf(now) : undefined,
    before: gone !== undefined ? stampedOf(gone) : before === undefined ? undefined : stampedOf(before),
    lost: isLost ? [`data.${FOREIGN}`] : [],
  };
};
