import { splitApiVersion } from "@evenkeel/resource";
import type { Json, KubeObject } from "@evenkeel/resource";

import { asText, conditionOf, conditionsOf, specOf, statusOf } from "./read-status.ts";

/** How objects of a kind end by themselves. */
interface Ending {
  /** It has done its work: whoever takes it away then takes nothing that is still wanted. */
  readonly hasEnded: (object: KubeObject) => boolean;
  /** Its desired form says that it goes by itself after its end. */
  readonly declaresEnd: (desired: KubeObject) => boolean;
}

const isTrue = (object: KubeObject, type: string): boolean => conditionOf(object, type)?.status === "True";
const phaseIn =
  (...phases: readonly string[]) =>
  (object: KubeObject): boolean =>
    phases.includes(asText(statusOf(object)["phase"]));
const declares =
  (field: string) =>
  (desired: KubeObject): boolean => {
    const value: Json | undefined = specOf(desired)[field];
    return value !== undefined && value !== null;
  };

const jobEnded = (object: KubeObject): boolean => isTrue(object, "Complete") || isTrue(object, "Failed");

/** A pod that was driven from its node has not ended, and one that is always restarted never does. */
const podEnded = (object: KubeObject): boolean => {
  const phase = asText(statusOf(object)["phase"]);
  if (phase === "Succeeded") return true;
  const restarts = asText(specOf(object)["restartPolicy"]);
  return phase === "Failed" && restarts === "Never" && !isTrue(object, "DisruptionTarget") && !isEvicted(object);
};
const isEvicted = (object: KubeObject): boolean =>
  /^(?:Evicted|NodeLost|NodeShutdown|Terminated|Preempting|UnexpectedAdmissionError)$/.test(
    asText(statusOf(object)["reason"]),
  );
const podRunsOnce = (desired: KubeObject): boolean => {
  const restarts = asText(specOf(desired)["restartPolicy"]);
  return restarts === "Never" || restarts === "OnFailure";
};

const taskEnded = (object: KubeObject): boolean =>
  conditionsOf(object).some(({ type, status }) => type === "Succeeded" && (status === "True" || status === "False"));

const never = (): boolean => false;
const always = (): boolean => true;
/** The server, or whoever reads it, takes such an object away by itself, or never keeps it. */
const PASSING: Ending = { hasEnded: always, declaresEnd: always };
const TASK: Ending = { hasEnded: taskEnded, declaresEnd: never };
const BACKUP: Ending = {
  hasEnded: phaseIn("Completed", "PartiallyFailed", "Failed", "FailedValidation"),
  declaresEnd: declares("ttl"),
};

/** By group and kind, or by group alone. What is not here is wanted for as long as it is desired. */
const ENDINGS: Readonly<Record<string, Ending>> = {
  "batch/Job": { hasEnded: jobEnded, declaresEnd: declares("ttlSecondsAfterFinished") },
  "/Pod": { hasEnded: podEnded, declaresEnd: podRunsOnce },
  "/Event": PASSING,
  "events.k8s.io/Event": PASSING,
  "/Binding": PASSING,
  "policy/Eviction": PASSING,
  "coordination.k8s.io/Lease": PASSING,
  "coordination.k8s.io/LeaseCandidate": PASSING,
  "certificates.k8s.io/CertificateSigningRequest": PASSING,
  "certificates.k8s.io/PodCertificateRequest": PASSING,
  "authentication.k8s.io/*": PASSING,
  "authorization.k8s.io/*": PASSING,
  "argoproj.io/Workflow": {
    hasEnded: phaseIn("Succeeded", "Failed", "Error"),
    declaresEnd: declares("ttlStrategy"),
  },
  "tekton.dev/TaskRun": TASK,
  "tekton.dev/PipelineRun": TASK,
  "tekton.dev/CustomRun": TASK,
  "velero.io/Backup": BACKUP,
  "velero.io/Restore": BACKUP,
  "velero.io/DeleteBackupRequest": PASSING,
};

const endingOf = ({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): Ending | undefined => {
  const { group } = splitApiVersion(apiVersion);
  return ENDINGS[`${group}/${kind}`] ?? ENDINGS[`${group}/*`];
};

/** Whether an object has done its work: then it is not missing when it goes. */
export const hasEnded = (object: KubeObject): boolean => endingOf(object)?.hasEnded(object) ?? false;

/** Whether an object in its desired form goes by itself once it has ended: gone unseen, it has most likely ended. */
export const declaresEnd = (desired: KubeObject): boolean => endingOf(desired)?.declaresEnd(desired) ?? false;
