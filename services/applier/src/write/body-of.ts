import { madeAnew, rulesFor, toApplyBody, withoutIgnored } from "@evenkeel/apply";
import type { Stamp } from "@evenkeel/apply";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "../run/admit.ts";
import { stampOf } from "../core/stamp-of.ts";
import { readOnce } from "./reading.ts";
import type { Reading } from "./reading.ts";
import type { ObjectWrite } from "./write-object.ts";

/** Whom a run's calls act as. */
export const actingAs = ({ impersonate }: Run): { readonly impersonate?: string } =>
  impersonate === undefined ? {} : { impersonate };

/** Fields that the app leaves to others depend on what is live; without a rule that matches, nothing is read. */
const withoutIgnoredFields = async (
  run: Run,
  { ref, object, uid, former }: ObjectWrite,
  reading: Reading,
): Promise<KubeObject> => {
  const rules = rulesFor(run.declared.app.spec.ignore, ref);
  if (uid === "" && former !== undefined) return madeAnew(object, former, rules);
  if (rules.length === 0) return object;
  return withoutIgnored(object, uid === "" ? undefined : await reading(), rules);
};

/** What a run stamps on its objects. */
export const stampFor = ({ deps, fact, held }: Run): Stamp =>
  stampOf(fact, fact.unit.appUid, deps.bus.installation, held.lease.epoch);

/** The body that an object is applied with. Throws ApiError. */
export const bodyOf = async (
  run: Run,
  write: ObjectWrite,
  reading: Reading = readOnce(run, write.ref),
): Promise<KubeObject> => toApplyBody(await withoutIgnoredFields(run, write, reading), stampFor(run));
