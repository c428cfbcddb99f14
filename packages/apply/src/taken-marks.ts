import { APP_LABEL, OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef, Reason } from "@evenkeel/words";

/** Where an object says whose it is: what it is watched, corrected and pruned by. */
const MARKS = [
  { what: `label ${APP_LABEL}`, of: ({ metadata }: KubeObject) => metadata.labels?.[APP_LABEL] },
  {
    what: `annotation ${OWN_ANNOTATIONS.installation}`,
    of: ({ metadata }: KubeObject) => metadata.annotations?.[OWN_ANNOTATIONS.installation],
  },
] as const;

/**
 * Why an object is not known as ours although the server took it: a policy or webhook has taken our marks off what was sent
 * (`body`), or changed them. Then nobody would see what becomes of it, and nothing would prune it.
 */
export const marksTaken = (ref: ObjectRef, body: KubeObject, stored: KubeObject): Reason | undefined => {
  const changed = MARKS.filter(({ of }) => of(stored) !== of(body));
  if (changed.length === 0) return undefined;
  const words = changed.map(({ what, of }) =>
    of(stored) === undefined ? `without its ${what}` : `with another value of its ${what}`,
  );
  const names = changed.map(({ what }) => what).join(" and ");
  return {
    code: "AdmissionDenied",
    message: `${describeRef(ref)} was stored ${words.join(" and ")}: a policy or webhook of the cluster took it off, and without it nobody sees what becomes of the object`,
    remedy: `have the policy or webhook leave ${names} on`,
  };
};
