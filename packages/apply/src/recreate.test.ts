import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { mayRecreate } from "./recreate.ts";
import { ref, web } from "./web.fixture.ts";

describe("an object whose field cannot be changed", () => {
  const job = { ...ref, group: "batch", kind: "Job" };
  const annotated = (value: string): KubeObject =>
    ({ ...web, metadata: { name: "web", annotations: { "evenkeel.dev/recreate": value } } }) as unknown as KubeObject;
  test.each([
    ["a Job is replaced by default", web, job, "job-only", true],
    ["a Deployment is not", web, ref, "job-only", false],
    ["a Deployment is under always", web, ref, "always", true],
    ["a Job is not under never", web, job, "never", false],
    ["its own annotation goes over the app", annotated("always"), ref, "never", true],
    ["an annotation that is no policy counts as none", annotated("yes"), ref, "job-only", false],
    [
      "a protected kind never is",
      web,
      { group: "", kind: "PersistentVolumeClaim", namespace: "shop", name: "a" },
      "always",
      false,
    ],
  ] as const)("%s", (_title, object, at, policy, wanted) => {
    expect(mayRecreate(object, at, policy)).toBe(wanted);
  });
});
