import { smallProfile, sourceShardOf } from "@evenkeel/contracts";
import type { CommitPlanned, RenderRequested } from "@evenkeel/contracts";
import { eventually, makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { startRenderer, types } from "./start-renderer.fixture.ts";

const configMap = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { value: "${value}" }\n`;

/** More of one shard than are planned at once, so that some wait for their turn when the first of all fails. */
const MANY = 100;
const names = Array.from({ length: 10 * MANY }, (_, n) => `r${String(n).padStart(3, "0")}`)
  .filter((name) => sourceShardOf(name, smallProfile) === 0)
  .slice(0, MANY);

const fleet = (drift: "correct" | "report") => {
  const each = (text: (name: string) => string): string => names.map(text).join("---\n");
  return {
    "repositories.yaml": each(
      (name) => `apiVersion: evenkeel.dev/v1alpha1
kind: Repository
metadata: { name: ${name} }
spec: { url: "https://git.example.org/${name}.git" }
`,
    ),
    "clusters.yaml": `apiVersion: evenkeel.dev/v1alpha1
kind: Cluster
metadata: { name: prod }
spec: { connection: { context: prod } }
`,
    "applications.yaml": each(
      (name) => `apiVersion: evenkeel.dev/v1alpha1
kind: Application
metadata: { name: ${name} }
spec: { repository: ${name}, path: app, targets: { clusterSelector: {} }, drift: ${drift} }
`,
    ),
  };
};

it("a fleet commit reaches every other source while one cannot be read", { timeout: 120_000 }, async () => {
  await using renderer = await startRenderer({ renders: 8 });
  await using repository = await makeRepository({ "app/config.yaml": configMap("1") });
  await renderer.watcher.declare(fleet("correct"));
  for (const name of names) await renderer.watcher.tell(name, repository);
  for (const name of names) {
    await renderer.published.until<CommitPlanned>(
      types.planned,
      ({ source, touched, total, pendingCount }) => source === name && pendingCount === 0 && touched + total > 0,
    );
  }

  const [bad = "", ...others] = names;
  await repository.commit({ "app/config.yaml": configMap("2") });
  renderer.watcher.withholdObjects = true;
  await renderer.watcher.tell(bad, repository);
  const before = renderer.published.all<RenderRequested>(types.requested).length;
  await renderer.watcher.declare(fleet("report"));
  const asked = (): readonly string[] => {
    const since = renderer.published.all<RenderRequested>(types.requested).slice(before);
    return [...new Set(since.map(({ fact }) => fact.source))].filter((source) => source !== bad);
  };
  await eventually(() => expect(asked().toSorted()).toEqual(others), { timeoutMs: 60_000 });
});
