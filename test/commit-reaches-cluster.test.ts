import { Sync, Verdict } from "@evenkeel/contracts";
import type { UnitStatus } from "@evenkeel/contracts";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { effects, writesBy } from "./audit.ts";
import { connectedWith, orphansOf } from "./connected-traces.ts";
import { chartFiles, configMap, fleetOf, namespaceFile, ref, webFiles } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";
import type { World } from "./world.ts";

const webRef = ref("Deployment", "web", "apps");
const at = (object: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object);

// One world for the whole story: each test goes on from where the one before it left off, as a real repository does.
describe.skipIf(!controlPlaneAvailable)("a commit reaches the cluster", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(fleetOf("plain", "web", "chart"));
  }, 180_000);
  afterAll(async () => world?.[Symbol.asyncDispose](), 60_000);

  it("applies plain YAML, a kustomize overlay and a Helm chart, and proves it", async () => {
    const revision = await world.commit(
      "shop",
      {
        ...namespaceFile,
        ...webFiles(2),
        ...chartFiles("hello"),
        "plain/one.yaml": configMap("one", "1"),
        "plain/two.yaml": configMap("two", "2"),
      },
      "first release",
    );
    for (const app of ["base", "plain", "web", "chart"]) {
      await unitWhen(world, app, (unit) => unit.sync === Sync.SYNCED && unit.revision === revision);
    }
    expect(at(await world.live(webRef), "spec", "replicas")).toBe(2);
    expect(at(await world.live(ref("ConfigMap", "one")), "data", "value")).toBe("1");
    expect(at(await world.live(ref("ConfigMap", "chart-greeting")), "data", "value")).toBe("hello");
  }, 120_000);

  it("leaves one connected graph of spans from the commit to the last object live", async () => {
    const revision = await world.shop.head();
    const units = await Promise.all(
      ["base", "plain", "web", "chart"].map((app) => unitWhen(world, app, (unit) => unit.traceId !== "")),
    );
    await eventually(
      () => {
        const spans = world.traces.spans();
        const fetch = spans.find(
          (span) => span.name === "fetch" && span.attributes["vcs.ref.head.revision"] === revision,
        );
        if (fetch === undefined) throw new Error("no fetch span carries the commit");
        const graph = connectedWith(spans, fetch);
        for (const unit of units) {
          const own = [...graph].filter((span) => span.traceId === unit.traceId).map((span) => span.name);
          expect(own, `${unit.unit?.app}@prod`).toEqual(
            expect.arrayContaining(["SYNC", "render", "plan", "apply", "wait"]),
          );
        }
        expect(orphansOf([...graph]).map((span) => `${span.service}: ${span.name}`)).toEqual([]);
      },
      { timeoutMs: 20_000, intervalMs: 250 },
    );
  }, 60_000);

  it("rolls forward and writes only what changed", async () => {
    const two = (await world.live(ref("ConfigMap", "two")))?.metadata.resourceVersion;
    const revision = await world.commit("shop", { "plain/one.yaml": configMap("one", "changed") }, "change one");
    await unitWhen(world, "plain", (unit) => unit.sync === Sync.SYNCED && unit.revision === revision);
    expect(at(await world.live(ref("ConfigMap", "one")), "data", "value")).toBe("changed");
    expect((await world.live(ref("ConfigMap", "two")))?.metadata.resourceVersion).toBe(two);
    const web = await unitWhen(world, "web", (unit) => unit.revision === revision);
    expect(web.sync, "an untouched unit is at the commit without a write").toBe(Sync.SYNCED);
  }, 60_000);

  it("corrects a manual edit and names its author", async () => {
    const resource = await world.kube.resourceOf(webRef, new AbortController().signal);
    await world.kube.transport.request(
      {
        method: "PATCH",
        path: `/apis/apps/${resource.version}/namespaces/shop/deployments/web?fieldManager=kubectl-edit`,
        headers: { "content-type": "application/merge-patch+json" },
        body: new TextEncoder().encode('{"spec":{"replicas":9}}'),
      },
      new AbortController().signal,
    );
    await eventually(async () => at(await world.live(webRef), "spec", "replicas") === 2, { timeoutMs: 20_000 });
    const corrected = await eventually(async () => {
      const { items } = await world.status.getHistory({ cluster: "prod", app: "web" });
      return (
        items.find((item) => item.writes.some((write) => write.verb === "correct" && write.result === "done")) ?? false
      );
    });
    expect(corrected.writes[0]?.ref).toEqual(webRef);
    await eventually(async () => (await world.status.listDrift({ cluster: "prod", app: "web" })).items.length === 0);
  }, 60_000);

  it("only reports where the policy is report, with field, values and manager", async () => {
    await world.commit(
      "fleet",
      { "apps.yaml": fleetOf("plain", "chart")(world.shopUrl, world.context)["apps.yaml"] + `---\n${reported}` },
      "report drift of web",
    );
    // The policy is in force once the unit carries the new fleet revision.
    const declared = await unitWhen(
      world,
      "web",
      (unit) => unit.sync === Sync.SYNCED && (unit.version?.fleet ?? 0n) > 2n,
    );
    expect(declared.drift).toBe(0);
    await world.kube.transport.request(
      {
        method: "PATCH",
        path: "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=kubectl-edit",
        headers: { "content-type": "application/merge-patch+json" },
        body: new TextEncoder().encode('{"spec":{"replicas":5}}'),
      },
      new AbortController().signal,
    );
    const [item] = await eventually(async () => {
      const { items } = await world.status.listDrift({ cluster: "prod", app: "web" });
      return items.length > 0 && items;
    });
    expect(item?.finding).toMatchObject({
      ref: webRef,
      verdict: Verdict.DRIFT,
      fields: [{ path: "spec.replicas", desired: "2", live: "5" }],
    });
    expect(item?.finding?.managers.map((manager) => manager.name)).toEqual(["kubectl-edit"]);
    expect(at(await world.live(webRef), "spec", "replicas")).toBe(5);
    await world.commit(
      "fleet",
      { "apps.yaml": fleetOf("plain", "web", "chart")(world.shopUrl, world.context)["apps.yaml"] },
      "correct drift again",
    );
    await eventually(async () => at(await world.live(webRef), "spec", "replicas") === 2, { timeoutMs: 30_000 });
  }, 120_000);

  it("refuses a broken file with its name and line, and nothing else suffers", async () => {
    const before = (await world.live(ref("ConfigMap", "two")))?.metadata.resourceVersion;
    await world.commit(
      "shop",
      { "plain/one.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: [\n", ...webFiles(4) },
      "break plain, change web",
    );
    const isRefused = ({ reason }: UnitStatus): boolean => !["", "Pending"].includes(reason?.code ?? "");
    const refused = await unitWhen(world, "plain", isRefused);
    expect(refused.reason?.message).toMatch(/plain\/one\.yaml:\d+/);
    await eventually(async () => at(await world.live(webRef), "spec", "replicas") === 4, { timeoutMs: 30_000 });
    expect((await world.live(ref("ConfigMap", "two")))?.metadata.resourceVersion).toBe(before);
    const mended = await world.commit("shop", { "plain/one.yaml": configMap("one", "mended") }, "mend plain");
    const unit = await unitWhen(world, "plain", (u) => u.sync === Sync.SYNCED && u.revision === mended);
    expect(unit.reason).toBeUndefined();
  }, 90_000);

  it("prunes what a commit removes, and nothing foreign beside it", async () => {
    const signal = new AbortController().signal;
    const foreign = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "foreign", namespace: "shop" },
      data: { mine: "yes" },
    };
    await world.kube.serverSideApply({ object: foreign, force: false, dryRun: false, manager: "somebody" }, signal);
    const kept = (await world.live(ref("ConfigMap", "foreign")))?.metadata.resourceVersion;
    const revision = await world.commit("shop", { "plain/two.yaml": undefined }, "remove two");
    await eventually(async () => (await world.live(ref("ConfigMap", "two"))) === undefined, { timeoutMs: 30_000 });
    expect((await world.live(ref("ConfigMap", "foreign")))?.metadata.resourceVersion).toBe(kept);
    expect(await world.live(ref("ConfigMap", "one"))).toBeDefined();
    const deleted = effects(writesBy(world.cluster.auditLog, "evenkeel")).filter((write) => write.verb === "delete");
    expect(deleted.map((write) => write.name)).toEqual(["two"]);
    await unitWhen(world, "plain", (unit) => unit.sync === Sync.SYNCED && unit.revision === revision);
  }, 90_000);

  it("holds a rewritten history until an Override names both commits", async () => {
    const accepted = await world.shop.head();
    await world.shop.resetTo(`${accepted}~1`);
    const rewritten = await world.shop.commitFiles({ "plain/one.yaml": configMap("one", "rewritten") }, "rewrite");
    await world.shop.forcePush("main");
    await world.hint("shop");
    const hold = await eventually(
      async () => {
        const { sources } = await world.status.listSources({});
        return sources.find((source) => source.source === "shop")?.condition?.hold ?? false;
      },
      { timeoutMs: 30_000 },
    );
    expect(hold).toMatchObject({
      accepted,
      candidate: rewritten,
      gitRef: "refs/heads/main",
      reason: { code: "HistoryRewritten" },
    });
    expect(at(await world.live(ref("ConfigMap", "one")), "data", "value")).toBe("mended");
    await world.commit("fleet", { "override.yaml": overrideOf(accepted, rewritten) }, "accept the rewrite");
    await eventually(async () => at(await world.live(ref("ConfigMap", "one")), "data", "value") === "rewritten", {
      timeoutMs: 30_000,
    });
  }, 120_000);

  it("names each of its writes in the ledger before it is made", async () => {
    const names = new Set<string>();
    for (const app of ["base", "plain", "web", "chart"]) {
      const items = await eventually(async () => {
        const history = (await world.status.getHistory({ cluster: "prod", app, pageSize: 1000 })).items;
        return history.every((item) => item.result !== "open") && history;
      });
      for (const item of items) for (const write of item.writes) names.add(write.ref?.name ?? "");
    }
    const written = effects(writesBy(world.cluster.auditLog, "evenkeel")).map((write) => write.name);
    expect(written.length).toBeGreaterThan(8);
    expect(written.filter((name) => !names.has(name))).toEqual([]);
  }, 60_000);
});

const reported = `apiVersion: evenkeel.dev/v1alpha1
kind: Application
metadata: {name: web}
spec:
  repository: shop
  path: web
  namespace: shop
  drift: report
  targets: {clusterSelector: {matchLabels: {env: prod}}}
`;

const overrideOf = (from: string, to: string): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Override
metadata: {name: accept-rewrite}
spec:
  what: acceptRewrite
  scope: {repository: shop, gitRef: refs/heads/main, from: ${from}, to: ${to}}
  owner: ana@example.org
  reason: rebuilt on purpose
  expiresAt: "${new Date(Date.now() + 3_600_000).toISOString()}"
`;
