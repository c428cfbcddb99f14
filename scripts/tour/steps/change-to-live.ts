import { webFiles } from "../sample-files.ts";
import { live, messageOf, replicasBecome, syncedAt, webContent } from "../look.ts";
import { until } from "../step.ts";
import type { Step } from "../step.ts";

export const changeToLive: Step = {
  title: "A second commit rolls forward",
  why: "Only what the commit touches is rendered and written; unchanged objects are not sent again.",
  run: async (stage) => {
    const service = await live(stage, { group: "", kind: "Service", namespace: webContent.namespace, name: "web" });
    const revision = await stage.shop.commitFiles(webFiles(3, "second"), "raise replicas to 3");
    await stage.shop.push("main");
    const done = stage.screen.begin(`git push shop ${revision.slice(0, 7)} "raise replicas to 3"`);
    await replicasBecome(stage, 3);
    await until(
      "ConfigMap web-content with the second message",
      async () => (messageOf(await live(stage, webContent)) === "second" ? true : undefined),
      stage.signal,
    );
    done("live: 3 replicas and the new content");
    const untouched = await live(stage, { group: "", kind: "Service", namespace: webContent.namespace, name: "web" });
    if (untouched?.metadata.resourceVersion !== service?.metadata.resourceVersion)
      throw new Error("the unchanged Service was written");
    await syncedAt(stage, "web", revision);
    stage.screen.ok("the unchanged Service was not written (same resourceVersion)");
  },
};
