import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import type { JsonObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { createEmbeddedCluster } from "../../embedded-cluster.ts";
import { comparableAnswer, differences } from "./comparison/differences.ts";
import { type Answered, type Ask, askEmbedded, askReal, type Asked } from "./comparison/exchange.fixture.ts";
import { samples } from "./comparison/manifests.ts";

type Step = (live: JsonObject) => Asked;
type Send = (object: unknown) => Asked;

const MERGE = "application/merge-patch+json";
const APPLY = "application/apply-patch+yaml";

const sampleOf = (kind: string, index: number): { readonly path: string; readonly object: JsonObject } => {
  const sample = samples.find((one) => one.kind === kind);
  const object = sample?.objects[index];
  if (sample === undefined || object === undefined) throw new Error(`no sample ${index} of ${kind}`);
  return { path: sample.path, object: { ...object, metadata: { name: `other-${index}` } } };
};

/** Entries too: who owns what is part of the answer, when is not; nor is their order, which follows the second of each write. */
const managersOf = ({ body }: Answered): unknown => {
  const metadata = (body as JsonObject)["metadata"] as JsonObject | undefined;
  const entries = (metadata?.["managedFields"] ?? []) as readonly JsonObject[];
  return entries.map((entry) => JSON.stringify({ ...entry, time: "" })).toSorted();
};

const play = async (steps: readonly Step[]): Promise<readonly string[]> => {
  const asks: readonly [Ask, Ask] = [askReal(await sharedControlPlane()), askEmbedded(createEmbeddedCluster().handle)];
  let lives: readonly [JsonObject, JsonObject] = [{}, {}];
  const found: string[] = [];
  for (const [index, step] of steps.entries()) {
    const [real, ours] = [await asks[0](step(lives[0])), await asks[1](step(lives[1]))];
    const here = [
      ...differences(comparableAnswer(real), comparableAnswer(ours)),
      ...differences(managersOf(real), managersOf(ours), "/managedFields"),
    ];
    found.push(...here.map((text) => `step ${index}: ${text}`));
    if (real.status < 300) lives = [real.body as JsonObject, ours.body as JsonObject];
  }
  return found;
};

const endpointsOf = (kind: string, index: number, version?: readonly [string, string]) => {
  const { path, object } = sampleOf(kind, index);
  const at = (end: string, from = path): string => `${from}/other-${index}${end}`;
  const patch =
    (type: string, end = ""): Send =>
    (body) => ({ method: "PATCH", path: at(end), type, body: JSON.stringify(body) });
  const other = version === undefined ? path : path.replace(version[0], version[1]);
  const steps = {
    create: () => ({ method: "POST", path, body: JSON.stringify(object) }) as const,
    get: () => ({ method: "GET", path: at("") }) as const,
    scale: () => ({ method: "GET", path: at("/scale") }) as const,
    getOther: () => ({ method: "GET", path: at("", other) }) as const,
    putOther: (live: JsonObject) => ({ method: "PUT", path: at("", other), body: JSON.stringify(live) }) as const,
    remove: () => ({ method: "DELETE", path: at("?gracePeriodSeconds=0") }) as const,
    apply: () => patch(`${APPLY}`, "?fieldManager=me&force=true")(object),
  };
  return { steps, merge: patch(MERGE), mergeStatus: patch(MERGE, "/status"), mergeScale: patch(MERGE, "/scale") };
};

const metrics = [
  { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 5, averageValue: "10m" } } },
  { type: "External", external: { metric: { name: "queue" }, current: { value: "4" } } },
];
const at = "2026-01-01T00:00:00Z";

describe.skipIf(!controlPlaneAvailable)("a real kube-apiserver and the embedded one", () => {
  test("turn an autoscaler into the other version and back alike", async () => {
    const { steps, merge, mergeStatus } = endpointsOf("HorizontalPodAutoscaler v2", 1, ["/v2/", "/v1/"]);
    const conditions = [{ type: "AbleToScale", status: "True", lastTransitionTime: at, reason: "A<b", message: "&" }];
    const found = await play([
      steps.create,
      () => mergeStatus({ status: { currentReplicas: 3, desiredReplicas: 4, currentMetrics: metrics, conditions } }),
      steps.getOther,
      steps.putOther,
      steps.get,
      () => merge({ spec: { metrics: null, behavior: { scaleUp: { selectPolicy: "Disabled" } } } }),
      steps.getOther,
      steps.apply,
      steps.remove,
    ]);
    expect(found).toEqual([]);
  });

  test.each(["Deployment", "StatefulSet", "ReplicaSet"])("scale a %s and take its status alike", async (kind) => {
    const { steps, merge, mergeStatus, mergeScale } = endpointsOf(kind, 0);
    const found = await play([
      steps.create,
      steps.scale,
      () => mergeScale({ spec: { replicas: 4 } }),
      () => mergeScale({ spec: { replicas: -1 } }),
      () =>
        mergeStatus({
          metadata: { labels: { x: "y" } },
          spec: { replicas: 9 },
          status: { replicas: 2, readyReplicas: 3 },
        }),
      () =>
        mergeStatus({
          metadata: { labels: { x: "y" } },
          spec: { replicas: 9 },
          status: { replicas: 2, readyReplicas: 2 },
        }),
      () => merge({ metadata: { annotations: { a: "b" } } }),
      () => merge({ spec: { template: { metadata: { labels: { app: "other" } } } } }),
      steps.apply,
      steps.remove,
    ]);
    expect(found).toEqual([]);
  });

  test("let a Job rest, change and finish alike", async () => {
    const { steps, merge, mergeStatus } = endpointsOf("Job", 0);
    const finished = (type: string) => ({ type, status: "True", lastTransitionTime: at });
    const found = await play([
      steps.create,
      () => merge({ spec: { template: { spec: { nodeSelector: { disk: "ssd" } } } } }),
      () => merge({ spec: { suspend: true } }),
      () => merge({ spec: { template: { spec: { nodeSelector: { disk: "ssd" } } } } }),
      () => merge({ spec: { template: { spec: { dnsPolicy: "Default" } } } }),
      () => merge({ spec: { suspend: false, completions: 3 } }),
      () => merge({ spec: { suspend: false } }),
      () => mergeStatus({ status: { active: 1, startTime: at } }),
      () => mergeStatus({ status: { conditions: [finished("Complete")] } }),
      () =>
        mergeStatus({
          status: {
            active: 0,
            succeeded: 1,
            completionTime: at,
            conditions: [finished("SuccessCriteriaMet"), finished("Complete")],
          },
        }),
      () => mergeStatus({ status: { succeeded: 0, conditions: [] } }),
      steps.remove,
    ]);
    expect(found).toEqual([]);
  });

  test("give pods their classes, budgets and claims their state alike", async () => {
    const pod = endpointsOf("Pod", 0);
    const budget = endpointsOf("PodDisruptionBudget", 0);
    const claim = endpointsOf("PersistentVolumeClaim", 0);
    const found = await play([
      pod.steps.create,
      () => pod.merge({ spec: { priority: 5 } }),
      () => pod.mergeStatus({ status: { phase: "Running", podIP: "10.0.0.1", qosClass: "Guaranteed" } }),
      () =>
        pod.mergeStatus({
          status: { phase: "Running", podIP: "10.0.0.1", conditions: [{ type: "Bad Type", status: "True" }] },
        }),
      () => pod.mergeStatus({ status: { phase: "Running", podIP: "10.0.0.1" } }),
      pod.steps.remove,
      budget.steps.create,
      () => budget.mergeStatus({ status: { disruptionsAllowed: -1, conditions: [{ type: "X", status: "Odd" }] } }),
      () => budget.merge({ spec: { minAvailable: null, maxUnavailable: "30%" } }),
      budget.steps.remove,
      claim.steps.create,
      () => claim.merge({ spec: { volumeName: "pv" } }),
      () => claim.merge({ spec: { volumeName: "other" } }),
      () => claim.mergeStatus({ status: { phase: "Bound", capacity: { storage: "1Gi" } } }),
      () => claim.merge({ spec: { resources: { requests: { storage: "2Gi" } } } }),
      () => claim.merge({ spec: { resources: { requests: { storage: "512Mi" } } } }),
    ]);
    expect(found).toEqual([]);
  });
});
