import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";
import { beforeAll, describe, expect, test } from "vitest";

import type { LiveObject } from "@evenkeel/embedded-cluster/internals/json";
import { type Ask, askServer } from "./ask-server.fixture.ts";
import { playHistory } from "./play-history.ts";
import { subjects } from "./subjects.ts";
import { widgetCrd } from "./widget-crd.ts";

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

describe.skipIf(!controlPlaneAvailable)("random histories on a real API server", { timeout: 120_000 }, () => {
  let ask: Ask;
  let crd: LiveObject;

  beforeAll(async () => {
    ask = askServer(await sharedControlPlane());
    await ask("POST", crds, widgetCrd);
    await eventually(async () => {
      expect((await ask("GET", "/apis/e.io/v2/namespaces/default/widgets")).status).toBe(200);
    });
    crd = (await ask("GET", `${crds}/widgets.e.io`)).body;
  }, 60_000);

  const seeds = Array.from({ length: 10 }, (_, i) => i + 1);

  test.each([
    "ConfigMap",
    "crowded ConfigMap",
    "Deployment",
    "Service",
    "HorizontalPodAutoscaler",
    "custom resource",
    "custom resource in two versions",
  ])("%s: the same managers, conflicts and merged objects", async (name) => {
    const subject = subjects(crd)[name]!;
    const tag = name.replaceAll(" ", "-").toLowerCase();
    for (const seed of seeds) expect(await playHistory(ask, subject, seed, tag), `seed ${seed}`).toEqual([]);
  });
});
