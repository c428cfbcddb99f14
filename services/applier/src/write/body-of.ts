import { madeAnew, rulesFor, toApplyBody, withoutIgnored } from "@evenkeel/apply";
import type { KubeObject } from "@evenkeel/resource";

import type { Means } from "./means.ts";
import { readOnce } from "./reading.ts";
import type { Reading } from "./reading.ts";
import type { ObjectWrite } from "./write-object.ts";

/** Fields that the app leaves to others depend on what is live; without a rule that matches, nothing is read. */
const withoutIgnoredFields = async (
  means: Means,
  { ref, object, uid, former }: ObjectWrite,
  reading: Reading,
): Promise<KubeObject> => {
  const rules = rulesFor(means.spec.ignore, ref);
  if (uid === "" && former !== undefined) return madeAnew(object, former, rules);
  if (rules.length === 0) return object;
  return withoutIgnored(object, uid === "" ? undefined : await reading(), rules);
};

/** The body that an object is applied with. Throws ApiError. */
export const bodyOf = async (
  means: Means,
  write: ObjectWrite,
  reading: Reading = readOnce(means, write.ref),
): Promise<KubeObject> => toApplyBody(await withoutIgnoredFields(means, write, reading), means.stamp);
