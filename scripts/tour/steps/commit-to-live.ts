import {
  clustersOf,
  desiredOnBus,
  greeting,
  live,
  messageOf,
  namesOf,
  settledAt,
  unitsOf,
  webContent,
} from "../look.ts";
import { replicasBecome, webDeployment } from "../look.ts";
import { NAMESPACE, shopFiles } from "../sample-files.ts";
import { expectThat } from "../step.ts";
import type { Step } from "../step.ts";

export const commitToLive: Step = {
  title: "A commit becomes live",
  why: "The fleet repository declares the clusters and what runs on them: plain YAML, kustomize overlays, a Helm chart.",
  run: async (stage) => {
    const { screen, shop, clusters } = stage;
    const revision = await shop.commitFiles(shopFiles, "first release");
    const pushed = screen.begin(`git push shop ${revision.slice(0, 7)} "first release"`);
    await shop.push("main");
    pushed();
    expectThat((await shop.remoteTip("main")) === revision, "the push did not arrive at the repository");

    const applying = screen.begin("waiting for the objects");
    for (const cluster of clustersOf(stage, "prod")) await replicasBecome(stage, cluster, 2);
    for (const cluster of clustersOf(stage, "staging")) await replicasBecome(stage, cluster, 1);
    applying(`Deployment, Service and ConfigMap on ${namesOf(clusters)}`);

    const proving = screen.begin("waiting for the proof");
    for (const unit of unitsOf(stage)) {
      const { unit: status } = await settledAt(stage, unit, revision);
      const desired = await desiredOnBus(stage, unit);
      expectThat(desired?.digest === status?.digest, `${unit.app}@${unit.cluster.name}: bus and status differ`);
    }
    for (const cluster of clusters) {
      expectThat(messageOf(await live(stage, cluster, webContent)) === "first", "ConfigMap web-content differs");
      expectThat((await live(stage, cluster, greeting)) !== undefined, "the chart's ConfigMap is not there");
      const app = (await live(stage, cluster, webDeployment))?.metadata.labels?.["evenkeel.dev/app"];
      expectThat(app !== undefined, `Deployment ${NAMESPACE}/web on ${cluster.name} names no app`);
    }
    const health = stage.rollsOut ? " and Healthy" : "";
    proving(
      `${unitsOf(stage).length} units Synced${health} at ${revision.slice(0, 7)}: each object was read back and matched`,
    );
  },
};
