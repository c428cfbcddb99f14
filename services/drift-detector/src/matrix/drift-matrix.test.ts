import { randomUUID } from "node:crypto";

import { connectKube, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { admissionCases, admissionPolicies, isActive } from "./admission-cases.ts";
import { customCases } from "./custom-cases.ts";
import { widget, widgetDefinition } from "./manifests.ts";
import { objectCases } from "./object-cases.ts";
import { podCases } from "./pod-cases.ts";
import { runCase } from "./run-case.ts";
import { workloadCases } from "./workload-cases.ts";

describe.skipIf(!controlPlaneAvailable)("the drift matrix on a real kube-apiserver", () => {
  const signal = AbortSignal.timeout(240_000);
  const namespace = `matrix-${randomUUID().slice(0, 8)}`;
  let kube: Kube;
  const apply = (object: Parameters<Kube["serverSideApply"]>[0]["object"], dryRun = false) =>
    kube.serverSideApply({ object, force: false, dryRun }, signal);

  beforeAll(async () => {
    const controlPlane = await sharedControlPlane();
    kube = await connectKube(await loadKubeconfig(controlPlane.kubeconfigPath), {}, signal);
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await apply(widgetDefinition);
    const probe = widget("probe", {});
    await eventually(
      async () => {
        await kube.discovery.refresh(signal);
        return apply({ ...probe, metadata: { name: "probe", namespace } }, true);
      },
      { timeoutMs: 30_000 },
    );
    for (const policy of admissionPolicies) await apply(policy);
    await eventually(() => isActive(kube, namespace, signal), { timeoutMs: 30_000 });
  }, 120_000);
  afterAll(async () => {
    await kube?.[Symbol.asyncDispose]();
  });

  test.each(
    [...workloadCases, ...podCases, ...objectCases, ...customCases, ...admissionCases].map(
      (row) => [row.id, row.title, row] as const,
    ),
  )(
    "%s %s",
    async (_id, _title, row) => {
      const found = await runCase(kube, row, namespace, signal);
      expect(found.verdict).toBe(row.expected);
      if (row.expected === "IN_SYNC" && row.dryDiffers !== true) expect(found.dry).toBe("IN_SYNC");
      if (row.candidate !== undefined) expect(found.candidate).toBe(row.candidate);
      if (row.paths !== undefined) expect(found.paths).toEqual(expect.arrayContaining([...row.paths]));
      if (row.managers !== undefined) expect(found.managers).toEqual(row.managers);
    },
    20_000,
  );
});
