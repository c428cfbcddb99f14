import { ApplyResult, Sync } from "@evenkeel/contracts";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, mutatingPolicy } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { DriftWorld } from "./drift-world.ts";
import { useDriftWorld } from "./use-drift-world.ts";

const signal = AbortSignal.timeout(240_000);
const LABEL = "evenkeel.dev/app";

describe.skipIf(!controlPlaneAvailable)(
  "an object whose label a policy takes off as it is made, on a real kube-apiserver and nats-server",
  { timeout: 90_000 },
  () => {
    let world: DriftWorld;
    let app = "";
    useDriftWorld(
      (count) => `marks-${count}`,
      (opened, name) => {
        world = opened;
        app = name;
      },
    );
    const wanted = (by: string) =>
      ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: app }, data: { by } }) as unknown as KubeObject;
    const facts = () => world.said.applied.filter(({ unit }) => unit?.app === app);
    const has = (result: ApplyResult, from = 0): boolean =>
      facts()
        .slice(from)
        .some((fact) => fact.result === result);
    const isDenied = (): boolean =>
      facts().some(({ result, reason }) => result === ApplyResult.FAILED && reason?.code === "AdmissionDenied");
    const isSynced = (): boolean => world.said.health.findLast(({ unit }) => unit?.app === app)?.sync === Sync.SYNCED;
    const write = async (object: KubeObject, dryRun = false): Promise<KubeObject> =>
      (await world.kube.serverSideApply({ object, force: true, dryRun, manager: "kubectl" }, signal)).object;
    const edit = (by: string) => write({ ...wanted(by), metadata: { name: app, namespace: world.namespace } });
    const isAsDeclared = async (): Promise<void> => {
      const live = await world.live(wanted(""));
      expect(live?.["data"]).toEqual({ by: "git" });
      expect(live?.metadata.labels).toHaveProperty([LABEL]);
    };
    const bind = async (): Promise<void> => {
      const when = `has(object.metadata.labels) && '${LABEL}' in object.metadata.labels`;
      const patches = `JSONPatch{op: "remove", path: "/metadata/labels/evenkeel.dev~1app"}`;
      const { namespace } = world;
      const policy = mutatingPolicy({ name: app, namespace, operations: ["CREATE"], when, patches });
      for (const object of policy as unknown as readonly KubeObject[]) await write(object);
      const metadata = { name: `${app}-probe`, namespace, labels: { [LABEL]: "probe" } };
      await eventually(
        async () => expect((await write({ ...wanted(""), metadata }, true)).metadata.labels).toBeUndefined(),
        { timeoutMs: 30_000 },
      );
    };

    test("is told, gets its label with the next look, and its edits are corrected", async () => {
      await bind();
      await world.desire(app, [wanted("git")], 1);
      await eventually(() => has(ApplyResult.APPLIED) && isSynced(), { timeoutMs: 30_000 });
      expect(isDenied()).toBe(true);
      await edit("hand");
      await eventually(() => has(ApplyResult.CORRECTED), { timeoutMs: 30_000 });
      await isAsDeclared();
    });

    test("is told where drift is put back, and is as declared afterwards", async () => {
      await world.desire(app, [wanted("git")], 1);
      await eventually(isSynced, { timeoutMs: 30_000 });
      await bind();
      const live = await world.live(wanted(""));
      await world.kube.deleteObject(refOf(live!), { uid: live?.metadata.uid ?? "" }, {}, signal);
      await eventually(isDenied, { timeoutMs: 30_000 });
      await eventually(isAsDeclared, { timeoutMs: 30_000 });
      await eventually(isSynced, { timeoutMs: 30_000 });
      const told = facts().length;
      await edit("hand");
      await eventually(() => has(ApplyResult.CORRECTED, told), { timeoutMs: 30_000 });
      await isAsDeclared();
    });
  },
);
