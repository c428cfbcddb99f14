import { namespace, shopFiles } from "../sample-files.ts";
import { desiredOnBus, greeting, live, messageOf, replicasBecome, syncedAt, webContent } from "../look.ts";
import { NotSeen } from "../step.ts";
import type { Step } from "../step.ts";

export const commitToLive: Step = {
  title: "A commit becomes live",
  why: "The fleet repository declares three applications: plain YAML, a kustomize overlay, a Helm chart.",
  run: async (stage) => {
    const revision = await stage.shop.commitFiles(shopFiles, "first release");
    const pushed = stage.screen.begin(`git push shop ${revision.slice(0, 7)} "first release"`);
    await stage.shop.push("main");
    pushed();
    const applied = stage.screen.begin("waiting for the objects");
    const deployment = await replicasBecome(stage, 2);
    const app = deployment.metadata.labels?.["evenkeel.dev/app"];
    if (app === undefined) throw new NotSeen("Deployment web carries no label evenkeel.dev/app");
    applied(`Deployment, Service and ConfigMap in ${namespace}, owned by app ${app.slice(0, 8)}`);
    const synced = stage.screen.begin("waiting for the proof");
    for (const name of ["platform", "web", "greeter"]) await syncedAt(stage, name, revision);
    if (messageOf(await live(stage, webContent)) !== "first")
      throw new NotSeen("ConfigMap web-content says something else");
    if ((await live(stage, greeting)) === undefined) throw new NotSeen("the chart's ConfigMap is not there");
    const desired = await desiredOnBus(stage, "web");
    const status = await syncedAt(stage, "web", revision);
    if (desired?.digest !== status.unit?.digest) throw new NotSeen("bus and status name different digests");
    synced(`3 units Synced at ${revision.slice(0, 7)}: live was read back by the watch and matched`);
  },
};
