import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { declaresEnd, hasEnded } from "./has-ended.ts";

const object = (apiVersion: string, kind: string, spec: JsonObject = {}, status: JsonObject = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: "x" },
  spec,
  status,
});
const conditions = (type: string, status: string): JsonObject => ({ conditions: [{ type, status }] });
const job = (status: JsonObject, spec: JsonObject = {}) => object("batch/v1", "Job", spec, status);
const pod = (status: JsonObject, restartPolicy = "Never") => object("v1", "Pod", { restartPolicy }, status);

describe("an object has done its work", () => {
  test.each([
    ["a job that completed", job(conditions("Complete", "True")), true],
    ["a job that failed for good", job(conditions("Failed", "True")), true],
    ["a job that runs", job({ active: 1 }), false],
    ["a job that is about to fail", job(conditions("FailureTarget", "True")), false],
    ["a suspended job", job(conditions("Suspended", "True"), { suspend: true }), false],
    ["a pod that ended well", pod({ phase: "Succeeded" }), true],
    ["a pod that failed and is not started again", pod({ phase: "Failed" }), true],
    ["a pod that is always started again", pod({ phase: "Failed" }, "Always"), false],
    ["a pod that was evicted", pod({ phase: "Failed", reason: "Evicted" }), false],
    ["a pod that was disrupted", pod({ phase: "Failed", ...conditions("DisruptionTarget", "True") }), false],
    ["a pod that runs", pod({ phase: "Running" }), false],
    ["an event", object("v1", "Event"), true],
    ["an event of the newer group", object("events.k8s.io/v1", "Event"), true],
    ["a lease", object("coordination.k8s.io/v1", "Lease"), true],
    ["a request for a token", object("authentication.k8s.io/v1", "TokenRequest"), true],
    ["a review of access", object("authorization.k8s.io/v1", "SubjectAccessReview"), true],
    ["a request for a certificate", object("certificates.k8s.io/v1", "CertificateSigningRequest"), true],
    ["a workflow that failed", object("argoproj.io/v1alpha1", "Workflow", {}, { phase: "Error" }), true],
    ["a workflow that runs", object("argoproj.io/v1alpha1", "Workflow", {}, { phase: "Running" }), false],
    ["a task run that failed", object("tekton.dev/v1", "TaskRun", {}, conditions("Succeeded", "False")), true],
    ["a task run that runs", object("tekton.dev/v1", "TaskRun", {}, conditions("Succeeded", "Unknown")), false],
    ["a backup", object("velero.io/v1", "Backup", {}, { phase: "Completed" }), true],
    ["a config map", object("v1", "ConfigMap"), false],
    ["a deployment", object("apps/v1", "Deployment", {}, conditions("Available", "True")), false],
    ["another kind of the same name", object("example.com/v1", "Job", {}, conditions("Complete", "True")), false],
  ])("%s: %#", (_title, judged, expected) => {
    expect(hasEnded(judged)).toBe(expected);
  });
});

describe("an object says that it goes by itself", () => {
  test.each([
    ["a job with a time to live", job({}, { ttlSecondsAfterFinished: 0 }), true],
    ["a job without", job({}), false],
    ["a pod that runs once", pod({}, "OnFailure"), true],
    ["a pod that is always started again", pod({}, "Always"), false],
    ["a workflow with a strategy", object("argoproj.io/v1alpha1", "Workflow", { ttlStrategy: {} }), true],
    ["a config map", object("v1", "ConfigMap"), false],
  ])("%s", (_title, desired, expected) => {
    expect(declaresEnd(desired)).toBe(expected);
  });
});
