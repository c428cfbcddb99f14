import { overrideFile, webFiles } from "../sample-files.ts";
import { replicasBecome, replicasOf, live, sourceStatus, syncedAt, webDeployment } from "../look.ts";
import { until } from "../step.ts";
import type { Step } from "../step.ts";

export const rewriteIsHeld: Step = {
  title: "A rewritten history is not followed",
  why: "A tip that does not descend from the accepted one is held; only a declaration in the fleet repository lifts that.",
  run: async (stage) => {
    const accepted = await stage.shop.head();
    await stage.shop.resetTo(`${accepted}~1`);
    const rewritten = await stage.shop.commitFiles(webFiles(1, "rewritten"), "rewrite history");
    await stage.shop.forcePush("main");
    const held = stage.screen.begin(`git push --force shop ${rewritten.slice(0, 7)}`);
    const hold = await until(
      "the hold",
      async () => (await sourceStatus(stage, "shop"))?.condition?.hold,
      stage.signal,
    );
    if (hold.accepted !== accepted || hold.candidate !== rewritten) throw new Error("the hold names other commits");
    held(`held: ${hold.reason?.code}: accepted ${accepted.slice(0, 7)}, offered ${rewritten.slice(0, 7)}`);
    if (replicasOf(await live(stage, webDeployment)) !== 3) throw new Error("the rewritten commit was applied");
    stage.screen.ok("live is still at 3 replicas");

    await stage.fleet.commitFiles(
      overrideFile(accepted, rewritten, new Date(Date.now() + 3_600_000)),
      "accept the rewrite of shop",
    );
    await stage.fleet.push("main");
    const lifted = stage.screen.begin("git push fleet: Override acceptRewrite, naming both commits");
    await replicasBecome(stage, 1);
    await syncedAt(stage, "web", rewritten);
    if ((await sourceStatus(stage, "shop"))?.condition?.hold !== undefined) throw new Error("the hold is still shown");
    lifted("the Override lifts the hold, once: 1 replica live");
  },
};
