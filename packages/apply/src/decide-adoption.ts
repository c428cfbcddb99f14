import { describeRef } from "@evenkeel/resource";
import type { Json, KubeObject, ObjectRef } from "@evenkeel/resource";

import { isOwnedBy, managerNames, marksOf } from "./own-marks.ts";
import type { Owner } from "./own-marks.ts";
import type { Reason } from "./reason.ts";
import { isObject } from "./json-at.ts";

/** What an app may do with an object that exists and is not in its inventory. */
export type AdoptPolicy = "none" | "if-equal" | "migrate" | "takeover";

export type AdoptionDecision =
  /** Not there: make it. `recover`: ours, from before a crash or a loss of the inventory. */
  { readonly kind: "create" | "recover" | "adopt" | "take" } | { readonly kind: "refuse"; readonly reason: Reason };

/** Another engine holds the object while its mark is there. */
const OTHER_ENGINES = [
  { engine: "Flux", where: "labels", key: "kustomize.toolkit.fluxcd.io/name" },
  { engine: "Flux", where: "labels", key: "helm.toolkit.fluxcd.io/name" },
  { engine: "Argo CD", where: "annotations", key: "argocd.argoproj.io/tracking-id" },
  { engine: "Helm", where: "annotations", key: "meta.helm.sh/release-name" },
] as const;

/** Whether everything that `desired` says is so in `live`; lists count whole. */
export const isWithin = (desired: Json, live: Json | undefined): boolean => {
  if (isObject(desired)) {
    return (
      isObject(live) &&
      Object.entries(desired).every(([key, value]) => value === undefined || isWithin(value, live[key]))
    );
  }
  if (Array.isArray(desired)) {
    const [wanted, found] = [desired as readonly Json[], live];
    if (!Array.isArray(found) || found.length !== wanted.length) return false;
    return wanted.every((item, index) => isWithin(item, (found as readonly Json[])[index]));
  }
  return desired === live;
};

/** The engine whose mark an object bears. */
export const otherEngineOf = (live: KubeObject): { readonly engine: string; readonly key: string } | undefined =>
  OTHER_ENGINES.find(({ where, key }) => live.metadata[where]?.[key] !== undefined);

const refuse = (ref: ObjectRef, because: string, remedy: string): AdoptionDecision => ({
  kind: "refuse",
  reason: { code: "OwnershipConflict", message: `${describeRef(ref)} exists and is not ours: ${because}`, remedy },
});

/** kubernetes.md 8.5: what to do with a desired ref that is not in the inventory, given what is live. */
export const decideAdoption = (
  ref: ObjectRef,
  desired: KubeObject,
  live: KubeObject | undefined,
  owner: Owner,
  policy: AdoptPolicy,
): AdoptionDecision => {
  if (live === undefined) return { kind: "create" };
  if (isOwnedBy(live, owner)) return { kind: "recover" };
  const engine = otherEngineOf(live);
  if (engine !== undefined && policy !== "takeover") {
    return refuse(ref, `${engine.engine} manages it (${engine.key})`, "release it there, or declare adopt: takeover");
  }
  const marks = marksOf(live);
  if (marks.installation === owner.installation && marks.appUid !== undefined && marks.appUid !== owner.appUid) {
    return refuse(ref, `application ${marks.appUid} of this installation holds it`, "remove it from one of the two");
  }
  const managers = managerNames(live).join(", ");
  switch (policy) {
    case "takeover":
      return { kind: "take" };
    case "if-equal":
      if (isWithin({ ...desired, metadata: { name: ref.name } }, live)) return { kind: "adopt" };
      return refuse(
        ref,
        `it differs from what is desired (written by ${managers})`,
        "make Git equal to it first, or declare adopt: takeover",
      );
    case "migrate":
      return refuse(
        ref,
        `written by ${managers}, and migrate is not offered yet`,
        "declare adopt: if-equal or takeover",
      );
    case "none":
      return refuse(ref, `written by ${managers}`, "delete or rename it, or declare adopt: if-equal or takeover");
  }
};
