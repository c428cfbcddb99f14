import {
  clustersOf,
  live,
  replicasBecome,
  replicasOf,
  settledAt,
  sourceStatus,
  webAppOn,
  webDeployment,
} from "../look.ts";
import { overrideFile, webFiles } from "../sample-files.ts";
import { expectThat, until } from "../step.ts";
import type { Step } from "../step.ts";

const OVERRIDE_LASTS_MS = 3_600_000;

export const rewriteIsHeld: Step = {
  title: "A rewritten history is not followed",
  why: "A tip that does not descend from the accepted one is held; only a declaration in the fleet repository lifts that.",
  run: async (stage) => {
    const { screen, shop, fleet } = stage;
    const prod = clustersOf(stage, "prod");
    const accepted = await shop.head();
    await shop.resetTo(`${accepted}~1`);
    const rewritten = await shop.commitFiles(webFiles(1, "rewritten"), "rewrite history");
    await shop.forcePush("main");
    const pushed = `git push --force shop ${rewritten.slice(0, 7)}`;
    const holding = screen.begin(pushed);
    const hold = await until(
      "the hold",
      async () => (await sourceStatus(stage, "shop"))?.condition?.hold,
      stage.signal,
    );
    expectThat(hold.accepted === accepted && hold.candidate === rewritten, "the hold names other commits");
    expectThat((await shop.remoteTip("main")) === rewritten, "the forced push did not arrive at the repository");
    holding(`${pushed}: ${hold.reason?.code}, accepted ${accepted.slice(0, 7)}, offered ${rewritten.slice(0, 7)}`);
    for (const cluster of prod) {
      expectThat(replicasOf(await live(stage, cluster, webDeployment)) === 3, "the rewritten commit was applied");
    }
    screen.ok("live is still at 3 replicas");

    const override = overrideFile(accepted, rewritten, new Date(Date.now() + OVERRIDE_LASTS_MS));
    await fleet.commitFiles(override, "accept the rewrite of shop");
    await fleet.push("main");
    const lifting = screen.begin("git push fleet: an Override that names both commits");
    for (const cluster of prod) {
      await replicasBecome(stage, cluster, 1);
      await settledAt(stage, { app: webAppOn(cluster), cluster }, rewritten);
    }
    expectThat((await sourceStatus(stage, "shop"))?.condition?.hold === undefined, "the hold is still shown");
    lifting("git push fleet: an Override that names both commits lifts the hold, once: 1 replica live");
  },
};
