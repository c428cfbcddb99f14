// For tests only.
import type { Kube } from "@evenkeel/kube";
import type { JsonObject, KubeObject } from "@evenkeel/resource";

import { configMap, deployment } from "./manifests.fixture.ts";
import type { DriftCase } from "./run-case.fixture.ts";

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
  ...mutating("d53", "true", 'Object{data: {"key": oldObject == null ? "v" : oldObject.data["key"] + "x"}}'),
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
    id: "D53",
    title: "admission that gives another value each time: in sync without a write, though a dry-run differs (audit)",
    manifest: labelled(configMap("d53"), "d53"),
    edit: async () => undefined,
    expected: "IN_SYNC",
    candidate: false,
    dryDiffers: true,
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

/** What a hook in the process is told, and changes in place. */
interface Review {
  readonly operation: string;
  readonly object?: Record<string, unknown>;
  readonly oldObject?: Record<string, unknown>;
  readonly dryRun: boolean;
  readonly fieldManager: string;
}

const at = (object: unknown, ...steps: readonly string[]): unknown =>
  steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], object);
const write = (object: unknown, steps: readonly string[], key: string, value: unknown): void => {
  let place = object as Record<string, unknown>;
  for (const step of steps) place = (place[step] ??= {}) as Record<string, unknown>;
  place[key] = value;
};
const rewrite = ({ object }: Review): void => write(object, ["data"], "key", "rewritten");

/** The same policies as callbacks, by the value of our label. */
const callbacks: Readonly<Record<string, (review: Review) => void>> = {
  d50: rewrite,
  d51: ({ object }) => {
    const path = ["spec", "template", "spec"];
    const containers = (at(object, ...path, "containers") ?? []) as readonly { readonly name: string }[];
    const rest = containers.filter(({ name }) => name !== "sidecar");
    write(object, path, "containers", [...rest, { ...sidecarBefore(containers), name: "sidecar", image: "sidecar:1" }]);
  },
  d52: (review) => {
    if (review.fieldManager === "someone") rewrite(review);
  },
  d53: ({ object, oldObject }) => {
    const before = at(oldObject, "data", "key");
    write(object, ["data"], "key", typeof before === "string" ? `${before}x` : "v");
  },
  d57a: ({ dryRun, object }) => {
    if (!dryRun) write(object, ["metadata", "annotations"], "theirs", "x");
  },
  d57b: (review) => {
    if (!review.dryRun) rewrite(review);
  },
};

const sidecarBefore = (containers: readonly { readonly name: string }[]): object =>
  containers.find(({ name }) => name === "sidecar") ?? {};

/** Does to an object in admission what the policies above would. */
export const mutateAsPolicies = (review: Review): undefined => {
  if (review.object !== undefined)
    callbacks[String(at(review.object, "metadata", "labels", LABEL) as string)]?.(review);
};

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
