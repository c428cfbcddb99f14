import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { contentOf } from "./content-of.ts";

const live = (apiVersion: string, kind: string, rest: JsonObject): KubeObject =>
  ({
    apiVersion,
    kind,
    metadata: {
      name: "a",
      namespace: "shop",
      uid: "1",
      resourceVersion: "7",
      generation: 2,
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { x: "y" },
      finalizers: ["example.com/keep"],
      managedFields: [],
    },
    status: { ready: true },
    ...rest,
  }) as unknown as KubeObject;

test("keeps what somebody wrote, and nothing that the server gave this very object", () => {
  expect(contentOf(live("v1", "ConfigMap", { data: { a: "1" } }))).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "shop", labels: { x: "y" }, finalizers: ["example.com/keep"] },
    data: { a: "1" },
  });
});

const labels = { app: "x", "controller-uid": "1", "batch.kubernetes.io/job-name": "a" };
const job = (manualSelector: boolean): JsonObject => ({
  spec: { manualSelector, selector: { matchLabels: { app: "x" } }, template: { metadata: { labels } } },
});

test("frees a Job of the selector and labels that its uid made", () => {
  expect(contentOf(live("batch/v1", "Job", job(false)))["spec"]).toEqual({
    manualSelector: false,
    template: { metadata: { labels: { app: "x" } } },
  });
});

test("leaves a Job the selector that somebody chose", () => {
  expect(contentOf(live("batch/v1", "Job", job(true)))["spec"]).toEqual(job(true)["spec"]);
});
