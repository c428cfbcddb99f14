import { getHistory } from "../history.ts";
import { replicasBecome, unitStatus, webDeployment } from "../look.ts";
import { until } from "../step.ts";
import type { Step } from "../step.ts";

export const editIsCorrected: Step = {
  title: "A manual edit is seen and corrected",
  why: "The watch shows it, a dry-run confirms it, and the field's manager is named; nothing polls.",
  run: async (stage) => {
    const before = await unitStatus(stage, "web");
    const resource = await stage.kube.resourceOf(webDeployment, stage.signal);
    const from = performance.now();
    await stage.kube.transport.request(
      {
        method: "PATCH",
        path: `/apis/apps/${resource.version}/namespaces/${webDeployment.namespace}/deployments/web?fieldManager=kubectl-edit`,
        headers: { "content-type": "application/merge-patch+json" },
        body: new TextEncoder().encode('{"spec":{"replicas":7}}'),
      },
      stage.signal,
    );
    const edited = performance.now();
    stage.screen.say(`as kubectl-edit: spec.replicas 3 -> 7 (${(edited - from).toFixed(0)} ms)`);
    await replicasBecome(stage, 3);
    stage.screen.ok(`back at 3 replicas ${(performance.now() - edited).toFixed(0)} ms after the edit was acknowledged`);
    const correction = await until(
      "the correction in the ledger",
      async () => {
        const items = await getHistory(stage, "web");
        return items.find((item) => item.writes.some((write) => write.verb === "correct" && write.result === "done"));
      },
      stage.signal,
    );
    const drift = await until(
      "the drift resolved",
      async () => {
        const now = await unitStatus(stage, "web");
        return now.drift.length === 0 && now.unit?.revision === before.unit?.revision ? now : undefined;
      },
      stage.signal,
    );
    stage.screen.ok(
      `ledger entry ${correction.ledger}: correct ${correction.writes[0]?.ref?.kind ?? ""} ${correction.writes[0]?.ref?.name ?? ""}; ${drift.drift.length} drift open`,
    );
  },
};
