import { EntryKind, Sync } from "@evenkeel/contracts";
import type { ApplicationSpec } from "@evenkeel/declarations";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { DriftWorld } from "./drift-world.ts";
import { useDriftWorld } from "./use-drift-world.ts";

const deployment = (name: string, spec: JsonObject, image = "x", labels: JsonObject = { app: "x" }): KubeObject =>
  ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "x", image }] } },
      ...spec,
    },
  }) as KubeObject;
const leaving = (mode: "ignore" | "create-only"): Partial<ApplicationSpec> => ({
  ignore: [{ selector: { kind: "Deployment" }, paths: ["spec.replicas"], mode }],
});

describe.skipIf(!controlPlaneAvailable)(
  "a count that is left to others, on a real kube-apiserver and nats-server",
  { timeout: 60_000 },
  () => {
    let world: DriftWorld;
    let app = "";
    useDriftWorld(
      (count) => `left-${count}`,
      (opened, name) => {
        world = opened;
        app = name;
      },
    );
    const facts = () => world.said.applied.filter(({ unit }) => unit?.app === app);
    let seq = 0;
    const go = async (wanted: KubeObject, spec?: Partial<ApplicationSpec>) => {
      if (spec !== undefined) world.declare(app, spec);
      const before = facts().length;
      await world.desire(app, [wanted], (seq += 1));
      const standing = () => world.said.health.findLast(({ unit }) => unit?.app === app);
      await eventually(() => facts().length > before && standing()?.sync === Sync.SYNCED, { timeoutMs: 20_000 });
      return world.live(wanted);
    };
    const scale = async (replicas: number) => {
      const path = `/apis/apps/v1/namespaces/${world.namespace}/deployments/${app}/scale?fieldManager=kube-controller-manager`;
      const headers = { "content-type": "application/merge-patch+json" };
      const body = new TextEncoder().encode(JSON.stringify({ spec: { replicas } }));
      const answer = await world.kube.transport.request(
        { method: "PATCH", path, headers, body },
        new AbortController().signal,
      );
      expect(answer.status).toBe(200);
    };
    const outcomes = async (): Promise<readonly string[]> =>
      (await world.ledger(app))
        .filter(({ kind }) => kind === EntryKind.OUTCOME)
        .flatMap(({ units }) => units.map(({ result }) => result));

    test.each(["ignore", "create-only"] as const)(
      "stays where it leaves Git with the commit that leaves it to others (%s)",
      async (mode) => {
        await go(deployment(app, { replicas: 3 }));
        expect(await go(deployment(app, {}), leaving(mode))).toHaveProperty("spec.replicas", 3);
        expect(await go(deployment(app, {}, "next"))).toHaveProperty("spec.replicas", 3);
      },
    );

    test.each(["ignore", "create-only"] as const)("stays where it leaves Git later (%s)", async (mode) => {
      await go(deployment(app, { replicas: 3 }));
      await go(deployment(app, { replicas: 3 }, "y"), leaving(mode));
      expect(await go(deployment(app, {}, "z"))).toHaveProperty("spec.replicas", 3);
      await scale(5);
      expect(await go(deployment(app, {}, "zz"))).toHaveProperty("spec.replicas", 5);
    });

    test("a field that no new object can be without is told with a remedy that helps", async () => {
      const path = "spec.template.spec.containers[name=x].image";
      const rule = { selector: { kind: "Deployment" }, paths: [path] };
      world.declare(app, { ignore: [{ ...rule, mode: "ignore" }] });
      await world.desire(app, [deployment(app, {})], (seq += 1));
      const told = await eventually(() => facts().find(({ reason }) => reason !== undefined) ?? false, {
        timeoutMs: 20_000,
      });
      expect(told.reason).toMatchObject({ code: "ObjectInvalid" });
      expect(told.reason?.remedy).toContain(`declare mode: create-only for ${path} in ignore`);
      expect(await go(deployment(app, {}), { ignore: [{ ...rule, mode: "create-only" }] })).toBeDefined();
    });

    test.each<[string, JsonObject, Partial<ApplicationSpec>]>([
      ["that Git leaves open", {}, {}],
      ["that a rule ignores", { replicas: 3 }, leaving("ignore")],
      ["that is Git's at creation only", { replicas: 3 }, leaving("create-only")],
    ])("%s is as it was after the object was made again, and stays", async (_title, spec, rule) => {
      const first = await go(deployment(app, spec), { recreate: "always", ...rule });
      await scale(6);
      const other = { app: "y" };
      const second = await go(deployment(app, spec, "x", other));
      expect(second?.metadata.uid).not.toBe(first?.metadata.uid);
      expect(second).toHaveProperty("spec.replicas", 6);
      expect(await outcomes()).toContain("recreate");
      expect(await go(deployment(app, spec, "next", other))).toHaveProperty("spec.replicas", 6);
    });
  },
);
