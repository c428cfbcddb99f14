// For tests only.
import type { Kube } from "@evenkeel/kube";
import type { JsonObject, KubeObject } from "@evenkeel/resource";

import { configMap, deployment } from "./manifests.ts";
import type { DriftCase } from "./run-case.ts";

const LABEL = "matrix.example.com/mutate";

/** A policy that mutates what carries our label with this value, as a webhook would. */
const mutating = (value: string, condition: string, expression: string): readonly KubeObject[] => {
  const name = `matrix-${value}`;
  const rule = { apiVersions: ["v1"], operations: ["CREATE", "UPDATE"] };
  return [
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: {
          objectSelector: { matchLabels: { [LABEL]: value } },
          resourceRules: [
            { ...rule, apiGroups: [""], resources: ["configmaps"] },
            { ...rule, apiGroups: ["apps"], resources: ["deployments"] },
          ],
        },
        matchConditions: [{ name: "when", expression: condition }],
        mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression } }],
      },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name },
    },
  ];
};

const rewriting = 'Object{data: {"key": "rewritten"}}';
const sidecar =
  'Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: "sidecar", image: "sidecar:1"}]}}}}';

/** The policies of the rows below; all must be active before the first row runs. */
export const admissionPolicies: readonly KubeObject[] = [
  ...mutating("d50", "true", rewriting),
  ...mutating("d51", "true", sidecar),
  ...mutating("d52", 'has(request.options.fieldManager) && request.options.fieldManager == "someone"', rewriting),
  ...mutating("d57a", "!request.dryRun", 'Object{metadata: Object.metadata{annotations: {"theirs": "x"}}}'),
  ...mutating("d57b", "!request.dryRun", rewriting),
];

const labelled = (object: KubeObject, value: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { [LABEL]: value } },
});

const touched = { metadata: { labels: { theirs: "x" } } } as const satisfies JsonObject;

/** D50 to D53 and D57: somebody rewrites what is written, after field management. */
export const admissionCases: readonly DriftCase[] = [
  {
    id: "D50",
    title: "admission rewrites our field on our apply, idempotent",
    manifest: labelled(configMap("d50"), "d50"),
    edit: (e) => e.merge(touched),
    expected: "IN_SYNC",
  },
  {
    id: "D51",
    title: "admission injects a sidecar",
    manifest: labelled(deployment("d51"), "d51"),
    edit: (e) => e.merge(touched),
    expected: "IN_SYNC",
  },
  {
    id: "D52",
    title: "admission rewrites our field on others' writes (found by the value test alone)",
    manifest: labelled(configMap("d52"), "d52"),
    edit: (e) => e.merge(touched),
    expected: "DRIFT",
    paths: ["data.key"],
  },
  {
    id: "D57a",
    title: "admission acts on real writes only: adds an annotation",
    manifest: labelled(configMap("d57a"), "d57a"),
    edit: (e) => e.merge(touched),
    expected: "IN_SYNC",
  },
  {
    id: "D57b",
    title: "admission acts on real writes only: rewrites our field",
    manifest: labelled(configMap("d57b"), "d57b"),
    edit: (e) => e.merge(touched),
    expected: "IN_SYNC",
    dryDiffers: true,
  },
];

/** Whether every policy acts already: the server takes them up after a while. */
export const isActive = async (kube: Kube, namespace: string, signal: AbortSignal): Promise<boolean> => {
  const probe = async (value: string, manager: string, isReal: boolean): Promise<KubeObject> => {
    const kind = value === "d51" ? deployment("active") : configMap(`active-${value}`);
    const object = labelled({ ...kind, metadata: { ...kind.metadata, namespace } }, value);
    const answer = await kube.serverSideApply({ object, force: true, dryRun: !isReal, manager }, signal);
    return answer.object;
  };
  const answers = await Promise.all([
    probe("d50", "evenkeel", false),
    probe("d52", "someone", false),
    probe("d57b", "evenkeel", true),
  ]);
  const annotated = await probe("d57a", "evenkeel", true);
  const injected = JSON.stringify(await probe("d51", "evenkeel", false)).includes("sidecar:1");
  const isRewritten = answers.every((answer) => (answer["data"] as JsonObject)["key"] === "rewritten");
  return isRewritten && injected && annotated.metadata.annotations?.["theirs"] === "x";
};
