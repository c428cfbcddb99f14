import { Health, Sync, WriteVerb } from "@evenkeel/contracts";
import { findProgram } from "@evenkeel/programs";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, startControlPlane } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDriftWorld } from "./drift-world.ts";
import type { DriftWorld } from "./drift-world.ts";
import { removeLive } from "./edit-live.ts";

const never = new AbortController().signal;
const managerAvailable = (await findProgram("kube-controller-manager")).path !== undefined;

const template = { spec: { restartPolicy: "Never", containers: [{ name: "run", image: "example.org/run:1" }] } };
/** Its status is ours to write: the controller of the cluster leaves it alone, and only its time to live to that. */
const job = (name: string, spec: object = {}): KubeObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: { managedBy: "test.example.com/hand", template, ...spec },
});
const pod = (name: string): KubeObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, ...template });
const marker: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "marker" }, data: { a: "1" } };
const at = "2026-01-01T00:00:00Z";
const ended = (type: "Complete" | "Failed") => ({
  startTime: at,
  ...(type === "Complete" ? { completionTime: at, succeeded: 1 } : { failed: 1 }),
  conditions: [type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget", type].map((each) => ({
    type: each,
    status: "True",
    reason: "Test",
    message: "by hand",
    lastTransitionTime: at,
    lastProbeTime: at,
  })),
});

// What has done its work is not run again, whoever takes it away. A real controller manager ends its time to live where there is one;
// elsewhere the test deletes in its place.
describe.skipIf(!controlPlaneAvailable)("objects that end by themselves", () => {
  let plane: ControlPlane;
  let world: DriftWorld;
  let app = "";
  let apps = 0;
  beforeAll(async () => {
    plane = await startControlPlane({ controllerManager: managerAvailable });
    world = await openDriftWorld({ local: plane.kubeconfigPath });
  }, 180_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await plane?.[Symbol.asyncDispose]();
  }, 60_000);
  beforeEach(() => {
    apps += 1;
    app = `app${apps}`;
  });
  const lastHealth = () => world.said.health.findLast(({ unit }) => unit?.app === app);
  const standing = async (sync: Sync, health: Health): Promise<unknown> =>
    eventually(
      () => {
        const last = lastHealth();
        if (last?.sync === sync && last.health === health) return true;
        throw new Error(`${app}: sync ${last?.sync} health ${last?.health} ${last?.message}`);
      },
      { timeoutMs: 20_000 },
    );
  const isGone = async (object: KubeObject): Promise<unknown> => {
    if (!managerAvailable) await removeLive(world, object);
    return eventually(async () => (await world.live(object)) === undefined, { timeoutMs: 30_000 });
  };
  const setStatus = async (object: KubeObject, status: object): Promise<void> => {
    const placed = { ...object, metadata: { ...object.metadata, namespace: world.namespace } };
    const plural = `${object.kind.toLowerCase()}s`;
    const group = object.apiVersion.includes("/") ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
    const path = `${group}/namespaces/${world.namespace}/${plural}/${refOf(placed).name}/status`;
    const answer = await world.kube.transport.request(
      {
        method: "PATCH",
        path,
        headers: { "content-type": "application/merge-patch+json" },
        body: new TextEncoder().encode(JSON.stringify({ status })),
      },
      never,
    );
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.body.toString("utf8")}`);
  };
  /** Writes to the cluster, and waits until the detector has seen that: whatever came before it has been judged. */
  const settleAfter = async (n: number): Promise<void> => {
    const changed = { ...marker, data: { a: `${n}` } };
    await world.desire(`marker${apps}-${n}`, [{ ...changed, metadata: { name: `marker${apps}-${n}` } }], 1);
    await eventually(
      () => world.said.health.some(({ unit, sync }) => unit?.app === `marker${apps}-${n}` && sync === Sync.SYNCED),
      { timeoutMs: 20_000 },
    );
  };
  const runs = async (): Promise<number> =>
    (await world.ledger(app))
      .flatMap(({ units }) => units)
      .filter(({ writes }) => writes.some(({ verb }) => verb === WriteVerb.CORRECT)).length;

  test.each(["Complete", "Failed"] as const)(
    "a job whose condition is %s, taken away by its time to live, is done, also after a restart of both services",
    async (condition) => {
      const object = job(`${app}-job`, { ttlSecondsAfterFinished: 2 });
      const health = condition === "Complete" ? Health.HEALTHY : Health.DEGRADED;
      await world.desire(app, [object], 1);
      await standing(Sync.SYNCED, Health.PROGRESSING);
      await setStatus(object, ended(condition));
      await isGone(object);
      await settleAfter(1);
      await standing(Sync.SYNCED, health);
      await world.restart("drift-detector");
      await world.restart("applier");
      await settleAfter(2);
      await standing(Sync.SYNCED, health);
      expect(await world.live(object)).toBeUndefined();
      expect(await runs()).toBe(0);
    },
    90_000,
  );

  test("a job without a time to live and a pod that ended, taken away while nobody watched, are done", async () => {
    const objects = [job(`${app}-job`), pod(`${app}-pod`)];
    await world.desire(app, objects, 1);
    await standing(Sync.SYNCED, Health.PROGRESSING);
    await setStatus(objects[0]!, ended("Complete"));
    await setStatus(objects[1]!, { phase: "Succeeded" });
    await standing(Sync.SYNCED, Health.HEALTHY);
    await eventually(() => lastHealth()?.endedUids.length === 2);
    await world.restart("drift-detector", async () => {
      for (const object of objects) await removeLive(world, object);
      for (const object of objects) await isGone(object);
    });
    await settleAfter(1);
    await standing(Sync.SYNCED, Health.HEALTHY);
    expect(await runs()).toBe(0);
  }, 90_000);

  test("a job that goes with a time to live while nobody watched its end is done", async () => {
    const object = job(`${app}-job`, { ttlSecondsAfterFinished: 0 });
    await world.desire(app, [object], 1);
    await standing(Sync.SYNCED, Health.PROGRESSING);
    await world.restart("drift-detector", async () => {
      await setStatus(object, ended("Complete"));
      await isGone(object);
    });
    await settleAfter(1);
    await standing(Sync.SYNCED, Health.HEALTHY);
    expect(await runs()).toBe(0);
  }, 90_000);

  test("a job that is deleted before its end is made again, and once it has ended it is not", async () => {
    const object = job(`${app}-job`, { ttlSecondsAfterFinished: 600 });
    await world.desire(app, [object], 1);
    await standing(Sync.SYNCED, Health.PROGRESSING);
    const first = (await world.live(object))?.metadata.uid;
    await removeLive(world, object);
    await eventually(async () => ((await world.live(object))?.metadata.uid ?? first) !== first, { timeoutMs: 15_000 });
    await standing(Sync.SYNCED, Health.PROGRESSING);
    await setStatus(object, ended("Complete"));
    await standing(Sync.SYNCED, Health.HEALTHY);
    await removeLive(world, object);
    await isGone(object);
    await settleAfter(1);
    await standing(Sync.SYNCED, Health.HEALTHY);
    expect(await world.live(object)).toBeUndefined();
  }, 90_000);

  test("the annotation and the application say of any kind what is done, and a new revision runs a job again", async () => {
    const done = { ...marker, metadata: { name: `${app}-done`, annotations: { "evenkeel.dev/when-gone": "done" } } };
    const ruled = { ...marker, metadata: { name: `${app}-ruled` } };
    const restored = { ...marker, metadata: { name: `${app}-restored` } };
    world.declare(app, { whenGone: [{ selector: { kind: "ConfigMap", name: `${app}-ruled` }, mode: "done" }] });
    const timed = job(`${app}-job`, { ttlSecondsAfterFinished: 1 });
    await world.desire(app, [done, ruled, restored, timed], 1);
    await standing(Sync.SYNCED, Health.PROGRESSING);
    for (const object of [done, ruled, restored]) await removeLive(world, object);
    await eventually(async () => (await world.live(restored)) !== undefined);
    await setStatus(timed, ended("Complete"));
    await isGone(timed);
    await standing(Sync.SYNCED, Health.HEALTHY);
    expect(await world.live(done)).toBeUndefined();
    expect(await world.live(ruled)).toBeUndefined();
    await world.desire(app, [done, ruled, restored, job(`${app}-job`, { backoffLimit: 3 })], 2);
    await eventually(async () => (await world.live(timed)) !== undefined);
  }, 90_000);
});
