import { copyOf, emptiesOf, noteEmpty } from "../../json.ts";
import type { LiveObject, ValueMap } from "../../json.ts";
import { forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { mustBeBetween } from "../validation/name-texts.ts";
import { validateImageText } from "./container-validation.ts";
import type { Findings } from "./findings.ts";
import { prettyInternal } from "./internal-form.ts";
import { validatePodAnnotations } from "./pod-annotations.ts";
import { validatePodSpec } from "./pod-spec-validation.ts";
import { isPresent, mapAt, mapsAt, numberAt, textAt } from "./reading.ts";
import { sameValue } from "./same-value.ts";
import { validateTolerations } from "./scheduling-validation.ts";
import { unifiedDiff } from "./unified-diff.ts";

const validateMetadataAndSpec = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec") ?? {};
  return [
    ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
    ...validatePodAnnotations(object.metadata, spec, "metadata.annotations"),
    ...validatePodSpec(spec, "spec", { name: textAt(object.metadata, "name") }),
    ...validateTokens(spec),
    ...["containers", "initContainers"].flatMap((list) =>
      mapsAt(spec, list).flatMap((container, index) => validateImageText(container, `spec.${list}[${index}]`)),
    ),
  ];
};

/** A token of a service account needs to know whose. */
const validateTokens = (spec: ValueMap): Findings =>
  textAt(spec, "serviceAccountName") !== ""
    ? []
    : mapsAt(spec, "volumes").flatMap((volume, index) =>
        mapsAt(mapAt(volume, "projected"), "sources").flatMap((source, at) =>
          mapAt(source, "serviceAccountToken") === undefined
            ? []
            : [
                forbidden(
                  `spec.volumes[${index}].projected.sources[${at}].serviceAccountToken`,
                  "must not be specified when serviceAccountName is not set",
                ),
              ],
        ),
      );

export const validatePod = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  return [
    ...validateMetadataAndSpec(object),
    ...(mapsAt(spec, "ephemeralContainers").length > 0
      ? [forbidden("spec.ephemeralContainers", "cannot be set on create")]
      : []),
    ...(textAt(spec, "nodeName") !== "" && mapsAt(spec, "schedulingGates").length > 0
      ? [forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared")]
      : []),
  ];
};

const MUTABLE =
  "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** Of a running pod little may change. The server stops early where its lists of containers no longer pair. */
export const validatePodUpdate = (object: LiveObject, old: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec") ?? {}, mapAt(old, "spec") ?? {}];
  const findings: FieldError[] = [...validateCoreObjectMetaUpdate(object, old), ...validateMetadataAndSpec(object)];
  for (const list of ["containers", "initContainers"]) {
    if (mapsAt(spec, list).length !== mapsAt(before, list).length)
      return [...findings, forbidden(`spec.${list}`, "pod updates may not add or remove containers")];
    for (const [index, container] of mapsAt(spec, list).entries()) {
      if (textAt(container, "image") === "") findings.push(required(`spec.${list}[${index}].image`));
      findings.push(...validateImageText(container, `spec.${list}[${index}]`));
    }
  }
  const deadline = validateDeadline(spec, before);
  findings.push(...deadline.findings);
  if (deadline.stop) return findings;
  findings.push(...onlyMoreTolerations(spec, before), ...onlyFewerGates(spec, before));
  if (sameValue(spec, before)) return findings;
  const munged = munge(spec, before);
  if (sameValue(munged, before)) return findings;
  const changes = unifiedDiff(prettyInternal("PodSpec", before), prettyInternal("PodSpec", munged));
  return [...findings, forbidden("spec", `pod updates may not change fields other than ${MUTABLE}\n${changes}`)];
};

const MAX_INT32 = 2 ** 31 - 1;

/** A deadline may come, and may come nearer. */
const validateDeadline = (
  spec: ValueMap,
  before: ValueMap,
): { readonly findings: Findings; readonly stop: boolean } => {
  const field = "spec.activeDeadlineSeconds";
  const [now, was] = [numberAt(spec, "activeDeadlineSeconds"), numberAt(before, "activeDeadlineSeconds")];
  const stop = (why: string): { readonly findings: Findings; readonly stop: boolean } => ({
    findings: [invalid(field, now ?? null, why)],
    stop: true,
  });
  if (now !== undefined && (now < 0 || now > MAX_INT32)) return stop(mustBeBetween(0, MAX_INT32));
  if (now !== undefined && was !== undefined && was < now) return stop("must be less than or equal to previous value");
  return {
    findings:
      now === undefined && was !== undefined
        ? [invalid(field, null, "must not update from a positive integer to nil value")]
        : [],
    stop: false,
  };
};

const onlyMoreTolerations = (spec: ValueMap, before: ValueMap): Findings => {
  const withoutSeconds = (toleration: ValueMap): ValueMap => ({ ...toleration, tolerationSeconds: null });
  const now = mapsAt(spec, "tolerations").map(withoutSeconds);
  const lost = mapsAt(before, "tolerations").some(
    (old) => !now.some((toleration) => sameValue(toleration, withoutSeconds(old))),
  );
  return lost
    ? [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]
    : validateTolerations(spec, "spec.tolerations");
};

const onlyFewerGates = (spec: ValueMap, before: ValueMap): Findings => {
  const had = new Set(mapsAt(before, "schedulingGates").map((gate) => textAt(gate, "name")));
  // One finding a name, at its last place.
  const places = new Map(mapsAt(spec, "schedulingGates").map((gate, index) => [textAt(gate, "name"), index]));
  return [...places].flatMap(([name, index]) =>
    had.has(name)
      ? []
      : [
          forbidden(
            `spec.schedulingGates[${index}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
};

/** Lists that are put together anew or taken from the old pod: whether the new one gave them empty no longer shows. */
const TAKEN = ["containers", "initContainers", "schedulingGates", "tolerations"];

/** The new spec with what may change put back, so that what is left may not. */
const munge = (spec: ValueMap, before: ValueMap): ValueMap => {
  const munged = { ...copyOf(spec) };
  const taken = [...TAKEN, ...(mapsAt(before, "schedulingGates").length > 0 ? ["nodeSelector"] : [])];
  for (const field of emptiesOf(spec)) if (!taken.includes(field)) noteEmpty(munged, field);
  for (const list of ["containers", "initContainers"])
    for (const [index, container] of mapsAt(munged, list).entries())
      container["image"] = mapsAt(before, list)[index]?.["image"] ?? "";
  for (const key of ["activeDeadlineSeconds", "schedulingGates", "tolerations"]) {
    const value = before[key];
    if (value === undefined) delete munged[key];
    else munged[key] = copyOf(value);
  }
  if ((numberAt(before, "terminationGracePeriodSeconds") ?? 0) < 0 && munged["terminationGracePeriodSeconds"] === 1)
    munged["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"] ?? null;
  if (mapsAt(before, "schedulingGates").length > 0) takeGatedScheduling(munged, before);
  return munged;
};

/** A gated pod may still be told where to go. Its node selector and node affinity are taken as they come. */
const takeGatedScheduling = (munged: ValueMap, before: ValueMap): void => {
  if (isPresent(before, "nodeSelector")) munged["nodeSelector"] = before["nodeSelector"] ?? null;
  else delete munged["nodeSelector"];
  const [affinity, old] = [mapAt(munged, "affinity"), mapAt(before, "affinity")];
  const oldNode = mapAt(old, "nodeAffinity");
  if (sameValue(mapAt(affinity, "nodeAffinity"), oldNode)) return;
  if (affinity === undefined && oldNode !== undefined) munged["affinity"] = { nodeAffinity: oldNode };
  else if (affinity !== undefined && old === undefined && Object.keys(affinity).length === 1) delete munged["affinity"];
  else if (affinity !== undefined && oldNode === undefined) delete affinity["nodeAffinity"];
  else if (affinity !== undefined && oldNode !== undefined) affinity["nodeAffinity"] = oldNode;
};
