import { APP_LABEL, OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { isOwnEntry } from "./fields-v1.ts";

/** Who owns an object: the app's UID and the installation. */
export interface Owner {
  readonly appUid: string;
  readonly installation: string;
}

/** Whether managedFields has an Apply entry of our manager (not of a subresource). */
export const hasOwnEntry = (live: KubeObject): boolean => (live.metadata.managedFields ?? []).some(isOwnEntry);

/** The app UID and installation that an object says it belongs to. */
export const marksOf = (live: KubeObject): Partial<Owner> => {
  const appUid = live.metadata.labels?.[APP_LABEL];
  const installation = live.metadata.annotations?.[OWN_ANNOTATIONS.installation];
  return {
    ...(appUid === undefined ? {} : { appUid }),
    ...(installation === undefined ? {} : { installation }),
  };
};

/** Ours beyond doubt: label, installation and our own Apply entry. Copied labels alone are not enough. */
export const isOwnedBy = (live: KubeObject, owner: Owner): boolean => {
  const marks = marksOf(live);
  return marks.appUid === owner.appUid && marks.installation === owner.installation && hasOwnEntry(live);
};

/** Whoever manages an object, for messages: the names in managedFields, each once. */
export const managerNames = (live: KubeObject): readonly string[] => [
  ...new Set((live.metadata.managedFields ?? []).flatMap((entry) => entry["manager"] ?? []).map(String)),
];
