import { Sync, Verdict } from "@evenkeel/contracts";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { setting } from "../matrix/change.fixture.ts";
import { openEditor } from "../matrix/editor.fixture.ts";
import { deployment } from "../matrix/manifests.fixture.ts";
import { startStory } from "./story.fixture.ts";

const rules = [{ selector: { kind: "Deployment" }, paths: ["spec.replicas"], mode: "create-only" }] as const;

describe.skipIf(!controlPlaneAvailable)(
  "fields that an application leaves to others, on a real kube-apiserver",
  { timeout: 120_000 },
  () => {
    test("are no drift when an autoscaler changes them; the fields beside them are", async () => {
      await using story = await startStory("report", undefined, rules);
      const web = deployment("web");
      await story.desire([web], 1);
      await story.apply([web], 1);
      await story.heard.until("health", ({ sync }) => sync === Sync.SYNCED);
      const placed = { ...web, metadata: { ...web.metadata, namespace: story.namespace } };
      const editor = openEditor(story.kube, placed, AbortSignal.timeout(60_000));
      await editor.put(setting(["spec", "replicas"], 5), { manager: "horizontal-pod-autoscaler" });
      await editor.put(setting(["spec", "template", "spec", "containers", 0, "image"], "web:by-hand"), {
        manager: "kubectl-edit",
      });
      const drift = await story.heard.until("drift", () => true);
      expect(drift.findings).toMatchObject([
        {
          verdict: Verdict.DRIFT,
          fields: [{ path: "spec.template.spec.containers[name=web].image" }],
          managers: [{ name: "kubectl-edit" }],
        },
      ]);
      expect(story.heard.drift).toHaveLength(1);
    });
  },
);
