import type { Value } from "@evenkeel/embedded-cluster";
import type { Random } from "./random.ts";
import type { Step } from "./step.ts";

type Plain = Pick<Step, "kind" | "object" | "subresource">;

/** Lists only see the sequence's own objects: others come and go beside it. */
export const chooseList = (random: Random, plain: Plain): Step => {
  const own = `metadata.name=${plain.object}`;
  return {
    ...plain,
    verb: "list",
    query: random.weighted<Record<string, string>>([
      [40, { fieldSelector: own }],
      [10, { fieldSelector: own, labelSelector: "tier in (a,b)" }],
      [10, { fieldSelector: own, labelSelector: "tier" }],
      [5, { fieldSelector: own, labelSelector: "!tier,other!=x" }],
      [5, { fieldSelector: own, limit: "1" }],
      [5, { fieldSelector: own, resourceVersion: "<rv>", resourceVersionMatch: "NotOlderThan" }],
      [2, { fieldSelector: own, resourceVersion: "x" }],
      [2, { labelSelector: "a b" }],
      [2, { labelSelector: "a in (" }],
      [2, { fieldSelector: "spec.none=x" }],
      [2, { fieldSelector: "metadata.name" }],
      [1, { fieldSelector: own, limit: "x" }],
      [1, { fieldSelector: own, continue: "nonsense" }],
    ]),
    ...(random.percent(15) ? { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" } : {}),
  };
};

const deleteOptions = (more: Record<string, Value>): Value => ({ apiVersion: "v1", kind: "DeleteOptions", ...more });

export const chooseDelete = (random: Random, plain: Plain, verb: "delete" | "delete-collection"): Step => {
  const own: Record<string, string> =
    verb === "delete-collection" ? { fieldSelector: `metadata.name=${plain.object}` } : {};
  const value = random.weighted<Value | undefined>([
    [35, undefined],
    [12, deleteOptions({ propagationPolicy: "Background" })],
    [8, deleteOptions({ propagationPolicy: "Foreground" })],
    [8, deleteOptions({ propagationPolicy: "Orphan" })],
    [2, deleteOptions({ propagationPolicy: "Sideways" })],
    [8, deleteOptions({ preconditions: { uid: "<uid>" } })],
    [4, deleteOptions({ preconditions: { uid: "99999999-2222-3333-4444-555555555555" } })],
    [8, deleteOptions({ preconditions: { uid: "<uid>", resourceVersion: "<rv>" } })],
    [4, deleteOptions({ preconditions: { resourceVersion: "<stale>" } })],
    [4, deleteOptions({ gracePeriodSeconds: 0 })],
    [2, deleteOptions({ gracePeriodSeconds: -1 })],
    [3, deleteOptions({ dryRun: ["All"] })],
    [1, deleteOptions({ dryRun: ["Some"] })],
    [2, deleteOptions({ orphanDependents: true })],
    [1, deleteOptions({ orphanDependents: true, propagationPolicy: "Orphan" })],
    [1, { propagationPolicy: "Background" }],
    [1, { kind: "Wrong", apiVersion: "v1" }],
  ]);
  const query: Record<string, string> = {
    ...own,
    ...(random.percent(6) ? { dryRun: "All" } : {}),
    ...(random.percent(4) ? { propagationPolicy: random.pick(["Background", "Foreground", "Orphan", "Wrong"]) } : {}),
    ...(random.percent(3) ? { gracePeriodSeconds: "0" } : {}),
  };
  return { ...plain, verb, query, ...(value === undefined ? {} : { body: { from: "value", value } }) };
};

/** Reads or writes `/scale` in one of its ways. */
export const scaleStep = (random: Random, plain: Plain, namespace: string, manager: string): Step => {
  const replicas = random.weighted<Value>([
    [40, 2],
    [30, 4],
    [20, 0],
    [4, -1],
    [3, "x"],
    [3, null],
  ]);
  const scale = (spec: Value, version: Value): Value => ({
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name: plain.object, namespace, ...(version === null ? {} : { resourceVersion: version }) },
    spec,
  });
  const query = { fieldManager: manager, ...(random.percent(7) ? { dryRun: "All" } : {}) };
  const at = { ...plain, subresource: "scale", query } as const;
  const value = (content: Value) => ({ body: { from: "value", value: content } }) as const;
  return random.weighted<() => Step>([
    [15, () => ({ ...at, verb: "get", query: {} })],
    [35, () => ({ ...at, verb: "merge-patch", ...value({ spec: { replicas } }) })],
    [12, () => ({ ...at, verb: "update", ...value(scale({ replicas }, null)) })],
    [10, () => ({ ...at, verb: "update", ...value(scale({ replicas }, "<rv>")) })],
    [5, () => ({ ...at, verb: "update", ...value(scale({ replicas }, "<stale>")) })],
    [3, () => ({ ...at, verb: "update", ...value(scale({}, null)) })],
    [8, () => ({ ...at, verb: "json-patch", ...value([{ op: "replace", path: "/spec/replicas", value: replicas }]) })],
    [4, () => ({ ...at, verb: "strategic-patch", ...value({ spec: { replicas } }) })],
    [
      8,
      () => ({
        ...at,
        verb: "apply",
        query: { ...query, ...(random.percent(50) ? { force: "true" } : {}) },
        ...value({ apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: plain.object }, spec: { replicas } }),
      }),
    ],
  ])();
};
