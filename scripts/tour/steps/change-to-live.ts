import {
  clustersOf,
  live,
  messageOf,
  namesOf,
  replicasBecome,
  settledAt,
  webAppOn,
  webContent,
  webDeployment,
  webService,
  lastWrite,
} from "../look.ts";
import { webFiles } from "../sample-files.ts";
import { expectThat, until } from "../step.ts";
import type { Step } from "../step.ts";

export const changeToLive: Step = {
  title: "A second commit rolls forward",
  why: "Only what the commit touches is rendered and written; unchanged objects are not sent again.",
  run: async (stage) => {
    const { screen, shop } = stage;
    const prod = clustersOf(stage, "prod");
    const untouched = [
      ...prod.map((cluster) => ({ cluster, ref: webService })),
      ...clustersOf(stage, "staging").map((cluster) => ({ cluster, ref: webDeployment })),
    ];
    const lastWrites = () => Promise.all(untouched.map(({ cluster, ref }) => lastWrite(stage, cluster, ref)));
    const before = await lastWrites();

    const revision = await shop.commitFiles(webFiles(3, "second"), "production: raise replicas to 3");
    await shop.push("main");
    const rolling = screen.begin(`git push shop ${revision.slice(0, 7)} "production: raise replicas to 3"`);
    for (const cluster of prod) {
      await replicasBecome(stage, cluster, 3);
      await until(
        `ConfigMap web-content on ${cluster.name} with the second message`,
        async () => (messageOf(await live(stage, cluster, webContent)) === "second" ? true : undefined),
        stage.signal,
      );
    }
    rolling(`git push shop ${revision.slice(0, 7)}: 3 replicas and the new content on ${namesOf(prod)}`);
    const settling = screen.begin("waiting for the proof");
    for (const cluster of prod) await settledAt(stage, { app: webAppOn(cluster), cluster }, revision);
    settling(`Synced${stage.rollsOut ? " and Healthy" : ""} at ${revision.slice(0, 7)}`);

    const after = await lastWrites();
    expectThat(
      before.every((write, index) => write === after[index]),
      "an object was written that the commit does not touch",
    );
    screen.ok("no other object was written: each shows its earlier write as the last");
  },
};
