import { brokenWebFiles, webFiles } from "../sample-files.ts";
import { live, syncedAt, unitStatus, webDeployment } from "../look.ts";
import { until } from "../step.ts";
import type { Step } from "../step.ts";

export const badCommitIsRefused: Step = {
  title: "A bad commit is refused",
  why: "The message names file and line; what runs stays as it is, and everything else goes on.",
  run: async (stage) => {
    const before = await live(stage, webDeployment);
    const revision = await stage.shop.commitFiles(brokenWebFiles, "break the overlay");
    await stage.shop.push("main");
    const done = stage.screen.begin(`git push shop ${revision.slice(0, 7)} "break the overlay"`);
    const refused = await until(
      "a refusal that names the file",
      async () => {
        const { unit } = await unitStatus(stage, "web");
        return unit?.reason?.message.includes("replicas.yaml") === true ? unit.reason : undefined;
      },
      stage.signal,
    );
    done(`refused: ${refused.code}: ${refused.message}`);
    const after = await live(stage, webDeployment);
    if (after?.metadata.resourceVersion !== before?.metadata.resourceVersion)
      throw new Error("the refused commit was written");
    stage.screen.ok("the Deployment was not touched (same resourceVersion)");
    const fix = await stage.shop.commitFiles(webFiles(3, "second"), "mend the overlay");
    await stage.shop.push("main");
    const mended = stage.screen.begin(`git push shop ${fix.slice(0, 7)} "mend the overlay"`);
    await syncedAt(stage, "web", fix);
    await until(
      "the reason gone",
      async () => ((await unitStatus(stage, "web")).unit?.reason === undefined ? true : undefined),
      stage.signal,
    );
    mended("the next good commit ends the refusal");
  },
};
