import { describe, expect, test } from "vitest";

import { copyOf } from "../json.ts";
import type { LiveObject, ValueMap } from "../json.ts";
import type { StrategyContext } from "./kind-strategy.ts";
import { builtinStrategies } from "./builtin-strategies.ts";

const context: StrategyContext = {
  now: "2026-01-01T00:00:00Z",
  random: () => 0,
  allocateClusterIP: () => undefined,
  allocateNodePort: () => undefined,
  get: () => undefined,
};

const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } };
const made = (apiVersion: string, kind: string, spec: ValueMap): LiveObject => ({
  apiVersion,
  kind,
  metadata: { name: "web", namespace: "shop", uid: "u1" },
  spec,
});
const created = (key: string, object: LiveObject): LiveObject => {
  const strategy = builtinStrategies[key];
  const next = copyOf(object) as LiveObject;
  strategy?.applyDefaults?.(next);
  strategy?.prepareForCreate?.(next, context);
  return next;
};
const updated = (key: string, old: LiveObject, change: (next: LiveObject) => void): LiveObject => {
  const strategy = builtinStrategies[key];
  const next = copyOf(old) as LiveObject;
  change(next);
  strategy?.applyDefaults?.(next);
  strategy?.prepareForUpdate?.(next, old, context);
  return next;
};

const deployment = created(
  "apps/Deployment",
  made("apps/v1", "Deployment", { selector: { matchLabels: { app: "web" } }, template }),
);
const daemonSet = created(
  "apps/DaemonSet",
  made("apps/v1", "DaemonSet", { selector: { matchLabels: { app: "web" } }, template }),
);
const job = created("batch/Job", made("batch/v1", "Job", { template }));

const annotate = (next: LiveObject): void => {
  next.metadata["annotations"] = { ...(next.metadata["annotations"] as ValueMap | undefined), note: "x" };
};
const relabel = (next: LiveObject): void => {
  const spec = next["spec"] as ValueMap;
  spec["template"] = { ...template, metadata: { labels: { app: "web", tier: "front" } } };
};
const setStatus = (next: LiveObject): void => {
  next["status"] = { replicas: 9 };
};

describe("generation", () => {
  test.each([
    ["starts at 1", "apps/Deployment", deployment, undefined, 1],
    ["of a Deployment counts a change of annotations", "apps/Deployment", deployment, annotate, 2],
    ["of a DaemonSet does not", "apps/DaemonSet", daemonSet, annotate, 1],
    ["counts a change of the template", "apps/DaemonSet", daemonSet, relabel, 2],
    ["does not count the status, which stays", "apps/Deployment", deployment, setStatus, 1],
    ["of a Job counts a change of its template", "batch/Job", job, relabel, 2],
  ] as const)("%s", (_title, key, old, change, expected) => {
    const next = change === undefined ? old : updated(key, old, change);
    expect(next.metadata["generation"]).toBe(expected);
    expect(next["status"]).toEqual(old["status"]);
  });

  test("of a DaemonSet's template is told in an annotation", () => {
    const before = (daemonSet.metadata["annotations"] as ValueMap)["deprecated.daemonset.template.generation"];
    const after = updated("apps/DaemonSet", daemonSet, relabel).metadata["annotations"] as ValueMap;
    expect([before, after["deprecated.daemonset.template.generation"]]).toEqual(["1", "2"]);
  });
});

describe("a Job", () => {
  test("is given a selector by its uid, and shares the labels it has from its template", () => {
    const labels = {
      app: "web",
      "job-name": "web",
      "batch.kubernetes.io/job-name": "web",
      "controller-uid": "u1",
      "batch.kubernetes.io/controller-uid": "u1",
    };
    expect(job["spec"]).toMatchObject({
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "u1" } },
      template: { metadata: { labels } },
    });
    expect(job.metadata["labels"]).toEqual(labels);
  });

  test("with a selector by hand is left alone", () => {
    const spec = { manualSelector: true, selector: { matchLabels: { app: "web" } }, template };
    const own = created("batch/Job", made("batch/v1", "Job", spec));
    expect(own["spec"]).toMatchObject({ template: { metadata: { labels: { app: "web" } } } });
    expect(Object.keys(own.metadata["labels"] as ValueMap)).toEqual(["app"]);
  });
});

describe("what may not change", () => {
  const immutableSelector = (key: string, old: LiveObject): readonly unknown[] => {
    const next = updated(key, old, (changed) => {
      relabel(changed);
      (changed["spec"] as ValueMap)["selector"] = { matchLabels: { tier: "front" } };
    });
    return (builtinStrategies[key]?.validateUpdate?.(next, old, context) ?? []).map(({ field, detail, badValue }) => ({
      field,
      detail,
      badValue,
    }));
  };

  test.each(["apps/Deployment", "apps/DaemonSet"])("is the selector of %s", (key) => {
    const old = key === "apps/Deployment" ? deployment : daemonSet;
    expect(immutableSelector(key, old)).toContainEqual({
      field: "spec.selector",
      detail: "field is immutable",
      badValue: { matchLabels: { tier: "front" } },
    });
  });

  test("is a Job's template", () => {
    const next = updated("batch/Job", job, relabel);
    const [finding] = (builtinStrategies["batch/Job"]?.validateUpdate?.(next, job, context) ?? []).filter(
      ({ detail }) => detail === "field is immutable",
    );
    expect(finding?.field).toBe("spec.template");
  });
});

test.each([
  [
    { type: "OnDelete", rollingUpdate: { maxSurge: 1 } },
    { maxUnavailable: 0, maxSurge: 1 },
  ],
  [{ type: "OnDelete" }, undefined],
  [{ rollingUpdate: { maxSurge: 2 } }, { maxUnavailable: 1, maxSurge: 2 }],
])("a DaemonSet's update strategy %j has both numbers wherever it has one", (updateStrategy, rollingUpdate) => {
  const object = created("apps/DaemonSet", made("apps/v1", "DaemonSet", { template, updateStrategy }));
  const { updateStrategy: strategy } = object["spec"] as { updateStrategy: ValueMap };
  expect(strategy["rollingUpdate"]).toEqual(rollingUpdate);
});
