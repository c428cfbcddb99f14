import { ApplyResult, EntryKind, Sync, Verdict } from "@evenkeel/contracts";
import type { ApplicationSpec } from "@evenkeel/declarations";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { DriftWorld } from "./drift-world.ts";
import { editLive, removeLive } from "./edit-live.ts";
import { useDriftWorld } from "./use-drift-world.ts";

const never = new AbortController().signal;
const object = (apiVersion: string, kind: string, name: string, rest: JsonObject): KubeObject =>
  ({ apiVersion, kind, metadata: { name }, ...rest }) as KubeObject;
const configMap = (name: string): KubeObject => object("v1", "ConfigMap", name, { data: { value: "git" } });
const secret = (name: string): KubeObject => object("v1", "Secret", name, { data: { value: "Z2l0" } });
const deployment = (name: string, app = "x"): KubeObject =>
  object("apps/v1", "Deployment", name, {
    spec: {
      replicas: 0,
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app } }, spec: { containers: [{ name: "x", image: "x" }] } },
    },
  });
const service = (name: string, spec: JsonObject): KubeObject =>
  object("v1", "Service", name, { spec: { ports: [{ port: 80, protocol: "TCP" }], ...spec } });
const headless = (name: string): KubeObject => service(name, { clusterIP: "None" });
const binding = (name: string, role = "a"): KubeObject =>
  object("rbac.authorization.k8s.io/v1", "RoleBinding", name, {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
  });
const immutable = (data: JsonObject): JsonObject => ({ immutable: true, data });

type Hand = (world: DriftWorld, name: string) => Promise<void>;
/** As `kubectl replace --force` does, while nobody puts it back. */
const remake =
  (made: (name: string) => KubeObject): Hand =>
  (world, name) =>
    world.restart("applier", async () => {
      const before = made(name);
      await removeLive(world, before);
      const { labels } = before.metadata;
      const metadata = { name, namespace: world.namespace, ...(labels === undefined ? {} : { labels }) };
      const placed = { ...before, metadata };
      await world.kube.serverSideApply({ object: placed, force: true, dryRun: false, manager: "kubectl" }, never);
    });

describe.skipIf(!controlPlaneAvailable)(
  "drift in what may not be changed back, on a real kube-apiserver and nats-server",
  () => {
    let world: DriftWorld;
    let app = "";
    useDriftWorld(
      (count) => `fixed-${count}`,
      (opened, name) => {
        world = opened;
        app = name;
      },
    );
    const standing = () => world.said.health.findLast(({ unit }) => unit?.app === app);
    const applied = (result: ApplyResult) =>
      world.said.applied.findLast((fact) => fact.unit?.app === app && fact.result === result);
    const synced = (): Promise<unknown> => eventually(() => standing()?.sync === Sync.SYNCED, { timeoutMs: 20_000 });
    const start = async (wanted: KubeObject, spec: Partial<ApplicationSpec>): Promise<string> => {
      world.declare(app, spec);
      await world.desire(app, [wanted], 1);
      await synced();
      return (await world.live(wanted))?.metadata.uid ?? "";
    };
    const results = async (): Promise<readonly string[]> =>
      (await world.ledger(app))
        .filter(({ kind }) => kind === EntryKind.OUTCOME)
        .flatMap(({ units }) => units.map(({ result }) => result));

    const cases: readonly [string, (name: string) => KubeObject, Hand, string, JsonObject][] = [
      [
        "the data of a ConfigMap that the same edit made immutable",
        configMap,
        (at, name) => editLive(at, configMap(name), immutable({ value: "hand" })),
        "data.value",
        { data: { value: "git" } },
      ],
      [
        "the data of a Secret that the same edit made immutable",
        secret,
        (at, name) => editLive(at, secret(name), immutable({ value: "aGFuZA==" })),
        "data.value",
        { data: { value: "Z2l0" } },
      ],
      [
        "the selector of a Deployment that somebody made again",
        deployment,
        remake((name) => deployment(name, "y")),
        "spec.selector",
        { spec: { selector: { matchLabels: { app: "x" } } } },
      ],
      [
        "the address of a Service that somebody made again",
        headless,
        remake((name) => service(name, {})),
        "spec.clusterIP",
        { spec: { clusterIP: "None" } },
      ],
      [
        "the role of a RoleBinding that somebody made again",
        binding,
        remake((name) => binding(name, "b")),
        "roleRef", // one field to the server
        { roleRef: { name: "a" } },
      ],
    ];

    test.each(cases)(
      "%s: made again where that is declared",
      async (_title, wanted, hand, path, shape) => {
        const first = await start(wanted(app), { recreate: "always" });
        await hand(world, app);
        await eventually(
          async () => {
            const live = await world.live(wanted(app));
            return live?.metadata.uid !== first && live?.metadata.labels?.["evenkeel.dev/app"] !== undefined;
          },
          { timeoutMs: 20_000 },
        );
        await synced();
        const live = await world.live(wanted(app));
        expect(live).toMatchObject(shape);
        expect(live).not.toHaveProperty("immutable", true);
        const drift = world.said.drift.filter(({ unit }) => unit?.app === app).flatMap(({ findings }) => findings);
        // Who makes it again may be slower than the detector looks: then it was missing.
        const told = drift.find(({ verdict }) => verdict === Verdict.DRIFT);
        expect(told?.fields.map((field) => field.path).join(" ") ?? path).toContain(path);
        expect(drift.map(({ verdict }) => verdict)).not.toContain(Verdict.UNVERIFIABLE);
        expect(await results()).toEqual(expect.arrayContaining(["recreate", "corrected"]));
      },
      60_000,
    );

    test.each(cases.slice(0, 2))(
      "%s: told with cause and remedy where that is not declared, and the remedy helps",
      async (_title, wanted, hand, path) => {
        const first = await start(wanted(app), { recreate: "job-only" });
        await hand(world, app);
        const refused = await eventually(() => applied(ApplyResult.FAILED) ?? false, { timeoutMs: 20_000 });
        expect(refused.reason).toMatchObject({ code: "ImmutableField" });
        expect(refused.reason?.remedy).toMatch(
          /^delete the \w+ by hand: it is made again as Git says, or declare recreate: always/,
        );
        await eventually(() => standing()?.sync === Sync.OUT_OF_SYNC);
        const drift = world.said.drift.findLast(({ unit }) => unit?.app === app)?.findings[0];
        expect(drift).toMatchObject({
          verdict: Verdict.DRIFT,
          fields: [{ path }],
          managers: [{ name: "kubectl-edit" }],
        });
        expect((await world.live(wanted(app)))?.metadata.uid).toBe(first);
        await removeLive(world, wanted(app));
        await synced();
        expect((await world.live(wanted(app)))?.metadata.uid).not.toBe(first);
      },
      90_000,
    );

    test("the other remedy helps: recreate, declared in the next commit", async () => {
      const first = await start(configMap(app), { recreate: "job-only" });
      await editLive(world, configMap(app), immutable({ value: "hand" }));
      await eventually(() => applied(ApplyResult.FAILED) ?? false, { timeoutMs: 20_000 });
      world.declare(app, { recreate: "always" });
      await world.desire(app, [configMap(app)], 2);
      await eventually(async () => (await world.live(configMap(app)))?.metadata.uid !== first, { timeoutMs: 60_000 });
      await synced();
    }, 120_000);

    test("an object that another engine holds is not deleted, whatever is declared", async () => {
      await start(configMap(app), { recreate: "always" });
      await remake((name) => ({
        ...configMap(name),
        metadata: { name, labels: { "kustomize.toolkit.fluxcd.io/name": "other" } },
        ...immutable({ value: "theirs" }),
      }))(world, app);
      const live = await world.live(configMap(app));
      const refused = await eventually(() => applied(ApplyResult.HELD) ?? false, { timeoutMs: 20_000 });
      expect(refused.reason?.code).toBe("OwnershipConflict");
      expect((await world.live(configMap(app)))?.metadata.uid).toBe(live?.metadata.uid);
    }, 60_000);
  },
);
