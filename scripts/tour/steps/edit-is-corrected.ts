import { clustersOf, getHistory, replicasBecome, resolvedOnBus, unitStatus, webAppOn, webDeployment } from "../look.ts";
import { expectThat, until } from "../step.ts";
import type { Step } from "../step.ts";

/** Who the tour says it is when it edits by hand. */
const EDITOR = "kubectl-edit";

export const editIsCorrected: Step = {
  title: "A manual edit is seen and corrected",
  why: "The watch shows it, a dry-run confirms it, the one who wrote it is named, and Git's value comes back.",
  run: async (stage) => {
    const { screen, signal } = stage;
    const [cluster] = clustersOf(stage, "prod");
    if (cluster === undefined) throw new RangeError("the tour needs a cluster of production");
    const unit = { app: webAppOn(cluster), cluster };
    const before = await unitStatus(stage, unit);
    const corrections = async () =>
      (await getHistory(stage, unit)).filter((item) =>
        item.writes.some((write) => write.verb === "correct" && write.result === "done"),
      );
    const earlier = await resolvedOnBus(stage, unit);
    const known = new Set((await corrections()).map((item) => item.ledger));
    const resource = await cluster.kube.resourceOf(webDeployment, signal);
    const path = `/apis/apps/${resource.version}/namespaces/${webDeployment.namespace}/deployments/web`;
    const edited = await cluster.kube.transport.request(
      {
        method: "PATCH",
        path: `${path}?fieldManager=${EDITOR}`,
        headers: { "content-type": "application/merge-patch+json" },
        body: new TextEncoder().encode('{"spec":{"replicas":7}}'),
      },
      signal,
    );
    const since = performance.now();
    expectThat(edited.status === 200, `the edit was answered with ${edited.status}`);
    screen.say(`on ${cluster.name}, as ${EDITOR}: spec.replicas 3 -> 7`);
    await replicasBecome(stage, cluster, 3);
    screen.ok(`back at 3 replicas ${(performance.now() - since).toFixed(0)} ms later`);

    const correction = await until(
      "the correction in the ledger",
      async () => (await corrections()).find((item) => !known.has(item.ledger)),
      signal,
    );
    const resolved = await until(
      `the end of a drift by ${EDITOR}`,
      async () => {
        const fact = await resolvedOnBus(stage, unit);
        const managers = fact?.findings.flatMap((finding) => finding.managers.map((manager) => manager.name)) ?? [];
        return fact !== undefined && managers.includes(EDITOR) && fact.cause !== earlier?.cause ? fact : undefined;
      },
      signal,
    );
    const [finding] = resolved.findings;
    const [field] = finding?.fields ?? [];
    const author = finding?.managers.map((manager) => manager.name).join(", ");
    screen.ok(`the bus has it: ${field?.path}, desired ${field?.desired}, was ${field?.live}, by ${author}`);
    const now = await until(
      "no open drift",
      async () => {
        const status = await unitStatus(stage, unit);
        return status.drift.length === 0 ? status : undefined;
      },
      signal,
    );
    expectThat(now.unit?.revision === before.unit?.revision, "the revision changed by a correction");
    const write = correction.writes[0]?.ref;
    screen.ok(`ledger entry ${correction.ledger}: corrected ${write?.kind ?? ""} ${write?.name ?? ""}`);
  },
};
