import { clustersOf, settledAt, unitStatus, webAppOn, webDeployment, lastWrite } from "../look.ts";
import { brokenWebFiles, REPLICAS_FILE, webFiles } from "../sample-files.ts";
import { expectThat, until } from "../step.ts";
import type { Step } from "../step.ts";

export const badCommitIsRefused: Step = {
  title: "A bad commit is refused",
  why: "The message names file and line; what runs stays as it is, and everything else goes on.",
  run: async (stage) => {
    const { screen, shop } = stage;
    const units = clustersOf(stage, "prod").map((cluster) => ({ app: webAppOn(cluster), cluster }));
    const lastWrites = () => Promise.all(units.map(({ cluster }) => lastWrite(stage, cluster, webDeployment)));
    const before = await lastWrites();
    const revision = await shop.commitFiles(brokenWebFiles, "break the overlay");
    await shop.push("main");
    const pushed = `git push shop ${revision.slice(0, 7)} "break the overlay"`;
    const refusing = screen.begin(pushed);
    const refusals = await Promise.all(
      units.map((unit) =>
        until(
          `a refusal of ${unit.app}@${unit.cluster.name} that names ${REPLICAS_FILE}`,
          async () => {
            const { unit: status } = await unitStatus(stage, unit);
            return status?.reason?.message.includes("replicas.yaml") === true ? status.reason : undefined;
          },
          stage.signal,
        ),
      ),
    );
    refusing(pushed);
    screen.ok(`${refusals[0]?.code}: ${refusals[0]?.message}`);
    expectThat(
      (await lastWrites()).every((write, index) => write === before[index]),
      "the refused commit was written",
    );
    screen.ok("the Deployments were not touched: same generation, same last write");

    const fix = await shop.commitFiles(webFiles(3, "second"), "mend the overlay");
    await shop.push("main");
    const mending = screen.begin(`git push shop ${fix.slice(0, 7)} "mend the overlay"`);
    for (const unit of units) {
      await settledAt(stage, unit, fix);
      await until(
        `${unit.app}@${unit.cluster.name} without a reason`,
        async () => ((await unitStatus(stage, unit)).unit?.reason === undefined ? true : undefined),
        stage.signal,
      );
    }
    mending(`git push shop ${fix.slice(0, 7)}: the next good commit ends the refusal`);
  },
};
