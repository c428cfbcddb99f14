import { ApplyResult, EntryKind, Sync } from "@evenkeel/contracts";
import type { ApplicationSpec } from "@evenkeel/declarations";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { DriftWorld } from "./drift-world.ts";
import { editLive } from "./edit-live.ts";
import { useDriftWorld } from "./use-drift-world.ts";

const never = new AbortController().signal;
const object = (apiVersion: string, kind: string, rest: JsonObject): KubeObject =>
  ({ apiVersion, kind, metadata: { name: "" }, ...rest }) as KubeObject;
const pod = (container: JsonObject, more: JsonObject = {}): JsonObject => ({
  template: {
    metadata: { labels: { app: "x" } },
    spec: { containers: [{ name: "x", image: "x", ...container }], ...more },
  },
});
const workload = (kind: string, spec: JsonObject): KubeObject =>
  object("apps/v1", kind, {
    spec: { replicas: 0, selector: { matchLabels: { app: "x" } }, ...pod({}), ...spec } as JsonObject,
  });
const deployment = (container: JsonObject, more: JsonObject = {}): KubeObject =>
  workload("Deployment", pod(container, more));
const budget = (spec: JsonObject): KubeObject =>
  object("policy/v1", "PodDisruptionBudget", { spec: { selector: { matchLabels: { app: "x" } }, ...spec } });
const strategy = (of: JsonObject): KubeObject => workload("Deployment", { strategy: of });
const ingress = (port: JsonObject): KubeObject =>
  object("networking.k8s.io/v1", "Ingress", { spec: { defaultBackend: { service: { name: "x", port } } } });
const fieldRef = { fieldRef: { fieldPath: "metadata.name" } };
const http = { livenessProbe: { httpGet: { path: "/", port: 80 } } };
const tcp = { livenessProbe: { tcpSocket: { port: 80 } } };

/** What Git says, and what somebody makes of it by hand. */
const cases: readonly [string, KubeObject, JsonObject][] = [
  ["the handler of a probe", deployment(http), { spec: pod(tcp) }],
  [
    "the handler of a StatefulSet's probe",
    workload("StatefulSet", { serviceName: "x", ...pod({ readinessProbe: { exec: { command: ["a"] } } }) }),
    { spec: pod({ readinessProbe: { grpc: { port: 1 } } }) },
  ],
  ["the bound of a budget", budget({ minAvailable: 1 }), { spec: { minAvailable: null, maxUnavailable: 1 } }],
  ["the other bound of a budget", budget({ maxUnavailable: 1 }), { spec: { maxUnavailable: null, minAvailable: 1 } }],
  [
    "the strategy of a Deployment",
    strategy({ type: "Recreate" }),
    { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 2 } } } },
  ],
  [
    "the value of a variable",
    deployment({ env: [{ name: "E", value: "git" }] }),
    { spec: pod({ env: [{ name: "E", valueFrom: fieldRef }] }) },
  ],
  [
    "the source of a variable",
    deployment({ env: [{ name: "E", valueFrom: fieldRef }] }),
    { spec: pod({ env: [{ name: "E", value: "hand" }] }) },
  ],
  [
    "the kind of a volume",
    deployment({}, { volumes: [{ name: "v", emptyDir: {} }] }),
    { spec: pod({}, { volumes: [{ name: "v", hostPath: { path: "/" } }] }) },
  ],
  [
    "what runs before a stop",
    deployment({ lifecycle: { preStop: { exec: { command: ["a"] } } } }),
    { spec: pod({ lifecycle: { preStop: { sleep: { seconds: 1 } } } }) },
  ],
  [
    "the map that a key is in",
    object("v1", "ConfigMap", { data: { a: "git", k: "git" } }),
    { data: { k: null }, binaryData: { k: "aGFuZA==" } },
  ],
  [
    "a limit and the request that goes with it",
    deployment({ resources: { limits: { memory: "1Gi" } } }),
    { spec: pod({ resources: { limits: { memory: "4Gi" }, requests: { memory: "3Gi" } } }) },
  ],
];

describe.skipIf(!controlPlaneAvailable)(
  "a choice of one of several members, changed by somebody, on a real kube-apiserver and nats-server",
  { timeout: 60_000 },
  () => {
    let world: DriftWorld;
    let app = "";
    useDriftWorld(
      (count) => `choice-${count}`,
      (opened, name) => {
        world = opened;
        app = name;
      },
    );
    const own = (given: KubeObject): KubeObject => ({ ...given, metadata: { ...given.metadata, name: app } });
    const standing = () => world.said.health.findLast(({ unit }) => unit?.app === app);
    const facts = () => world.said.applied.filter(({ unit }) => unit?.app === app);
    const told = (result: ApplyResult) =>
      eventually(() => facts().findLast((fact) => fact.result === result) ?? false, { timeoutMs: 20_000 });
    const start = async (wanted: KubeObject, spec: Partial<ApplicationSpec>): Promise<KubeObject | undefined> => {
      world.declare(app, spec);
      await world.desire(app, [wanted], 1);
      await eventually(() => standing()?.sync === Sync.SYNCED, { timeoutMs: 20_000 });
      return world.live(wanted);
    };
    /** All that is there, whoever owns it. */
    const content = (live: KubeObject | undefined) => [live?.["spec"], live?.["data"], live?.["binaryData"]];
    const outcomes = async (): Promise<readonly string[]> =>
      (await world.ledger(app))
        .filter(({ kind }) => kind === EntryKind.OUTCOME)
        .flatMap(({ units }) => units.map(({ result }) => result));

    test.each(cases)("%s: put back in place, whatever is declared of making again", async (_title, given, hand) => {
      const wanted = own(given);
      const first = await start(wanted, { recreate: "always" });
      await editLive(world, wanted, hand);
      expect(content(await world.live(wanted))).not.toEqual(content(first));
      await told(ApplyResult.CORRECTED);
      const live = await world.live(wanted);
      expect(live?.metadata.uid).toBe(first?.metadata.uid);
      expect(content(live)).toEqual(content(first));
      expect(await outcomes()).not.toContain("recreate");
    });

    /** Takes everybody's name off what is there but ours: the choice is nobody's then. */
    const forgetOwners = async (wanted: KubeObject): Promise<void> => {
      const live = await world.live(wanted);
      const managedFields = (live?.metadata.managedFields ?? []).filter(({ manager }) => manager === "evenkeel");
      await editLive(world, wanted, { metadata: { managedFields } });
    };
    const nobodys: typeof cases = [
      ...cases,
      [
        "the profile of a container",
        deployment({ securityContext: { seccompProfile: { type: "RuntimeDefault" } } }),
        { spec: pod({ securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "a" } } }) },
      ],
      [
        "the port of an Ingress",
        ingress({ number: 80 }),
        { spec: { defaultBackend: { service: { port: { number: null, name: "http" } } } } },
      ],
    ];
    test.each(nobodys)("%s, whose owner is not known any more: put back in place", async (_title, given, hand) => {
      const wanted = own(given);
      const first = await start(wanted, { recreate: "always", drift: "report" });
      await editLive(world, wanted, hand);
      await forgetOwners(wanted);
      expect(content(await world.live(wanted))).not.toEqual(content(first));
      world.declare(app, { recreate: "always", drift: "correct" });
      await world.desire(app, [wanted], 2);
      const isBack = async () => JSON.stringify(content(await world.live(wanted))) === JSON.stringify(content(first));
      await eventually(isBack, { timeoutMs: 20_000 });
      expect((await world.live(wanted))?.metadata.uid).toBe(first?.metadata.uid);
      expect(await outcomes()).not.toContain("recreate");
    });

    test("where drift stays as it is, what nobody has is told as nobody's, and the remedy helps", async () => {
      const env = [{ name: "E", valueFrom: fieldRef }];
      const wanted = own(deployment({ env }));
      await start(wanted, { recreate: "always", drift: "report" });
      await editLive(world, wanted, { spec: pod({ env: [{ name: "E", value: "hand" }] }) });
      await forgetOwners(wanted);
      await world.desire(app, [own(deployment({ image: "new", env }))], 2);
      const { reason } = await told(ApplyResult.FAILED);
      expect(reason?.code).toBe("FieldConflict");
      expect(reason?.message).toContain(".env.value (nobody)");
      expect(reason?.remedy).toContain("declare onConflict: take");
      world.declare(app, { recreate: "always", drift: "report", onConflict: "take" });
      await world.desire(app, [own(deployment({ image: "newer", env }))], 3);
      await eventually(() => facts().at(-1)?.result === ApplyResult.APPLIED, { timeoutMs: 20_000 });
      expect(JSON.stringify(await world.live(wanted))).not.toContain('"hand"');
    });

    test("where drift stays as it is, it is told with the manager, and the next commit is not refused as immutable", async () => {
      const wanted = own(deployment(http));
      const first = await start(wanted, { recreate: "always", drift: "report" });
      await editLive(world, wanted, { spec: pod(tcp) });
      await world.desire(app, [own(deployment({ ...http, image: "new" }))], 2);
      const { reason } = await told(ApplyResult.FAILED);
      expect(reason?.code).toBe("FieldConflict");
      expect(reason?.message).toContain("livenessProbe.tcpSocket (kubectl-edit)");
      expect((await world.live(wanted))?.metadata.uid).toBe(first?.metadata.uid);
    });

    test("what a controller chose stays and is told with it; onConflict: take helps", async () => {
      const wanted = own(deployment(http));
      const first = await start(wanted, { recreate: "always" });
      await editLive(world, wanted, { spec: pod(tcp) }, "some-operator");
      const { reason } = await told(ApplyResult.FAILED);
      expect(reason?.code).toBe("FieldConflict");
      expect(reason?.message).toContain("livenessProbe.tcpSocket (some-operator)");
      expect(reason?.remedy).toContain("declare onConflict: take");
      expect((await world.live(wanted))?.metadata.uid).toBe(first?.metadata.uid);
      world.declare(app, { recreate: "always", onConflict: "take" });
      await world.desire(app, [wanted], 2);
      await eventually(
        async () => JSON.stringify(content(await world.live(wanted))) === JSON.stringify(content(first)),
        { timeoutMs: 20_000 },
      );
      expect((await world.live(wanted))?.metadata.uid).toBe(first?.metadata.uid);
    });

    test("a field that a person set before Git named it is told, and the remedy helps", async () => {
      const before = own(deployment({}));
      await start(before, {});
      await editLive(world, before, { spec: pod({}, { priorityClassName: "hand" }) });
      const wanted = own(deployment({}, { priorityClassName: "git" }));
      await world.desire(app, [wanted], 2);
      const { reason } = await told(ApplyResult.FAILED);
      expect(reason).toMatchObject({ code: "FieldConflict" });
      expect(reason?.remedy).toContain("declare onConflict: take");
      world.declare(app, { onConflict: "take" });
      await world.desire(app, [wanted], 3);
      await eventually(() => facts().at(-1)?.result === ApplyResult.APPLIED, { timeoutMs: 20_000 });
      expect(await world.live(wanted)).toMatchObject({ spec: pod({}, { priorityClassName: "git" }) });
    });

    test("a claim that was grown by hand is told with what is live first, and the remedy helps", async () => {
      const kind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: app } };
      const storage = { ...kind, provisioner: "x.example/y", allowVolumeExpansion: true } as KubeObject;
      await world.kube.serverSideApply({ object: storage, force: true, dryRun: false, manager: "test" }, never);
      const claim = (size: string) =>
        own(
          object("v1", "PersistentVolumeClaim", {
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: app,
              volumeName: `pv-${app}`,
              resources: { requests: { storage: size } },
            },
          }),
        );
      await start(claim("1Gi"), { recreate: "always" });
      const path = `/api/v1/namespaces/${world.namespace}/persistentvolumeclaims/${app}/status`;
      const headers = { "content-type": "application/merge-patch+json" };
      const body = Buffer.from(JSON.stringify({ status: { phase: "Bound", capacity: { storage: "1Gi" } } }));
      await world.kube.transport.request({ method: "PATCH", path, headers, body }, never);
      await editLive(world, claim("1Gi"), { spec: { resources: { requests: { storage: "2Gi" } } } });
      const { reason } = await told(ApplyResult.FAILED);
      expect(reason?.code).toBe("ImmutableField");
      expect(reason?.remedy).toMatch(/^write what is live into Git, or delete the PersistentVolumeClaim by hand/);
      await world.desire(app, [claim("2Gi")], 2);
      await eventually(() => facts().at(-1)?.result === ApplyResult.APPLIED, { timeoutMs: 20_000 });
    });

    test("a member that a person added, and Git declares another of since: changed in place", async () => {
      const before = own(deployment({}));
      const first = await start(before, { recreate: "always" });
      await editLive(world, before, { spec: pod({ env: [{ name: "E", valueFrom: fieldRef }] }) }, "kubectl-set");
      await world.desire(app, [own(deployment({ env: [{ name: "E", value: "git" }] }))], 2);
      await eventually(() => facts().length > 1);
      const live = await world.live(before);
      expect(live?.metadata.uid).toBe(first?.metadata.uid);
      expect(live).toMatchObject({ spec: pod({ env: [{ name: "E", value: "git" }] }) });
    });
  },
);
