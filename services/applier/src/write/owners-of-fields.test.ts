import { ApplyResult } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { Story } from "../story/story-parts.fixture.ts";
import { useStory } from "../story/use-story.fixture.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const labels = { app: "x" };
const configMap = (data: JsonObject, metadata: JsonObject = {}): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", ...metadata }, data }) as unknown as KubeObject;
const service = (...ports: readonly JsonObject[]): KubeObject =>
  ({ apiVersion: "v1", kind: "Service", metadata: { name: "x" }, spec: { selector: labels, ports } }) as KubeObject;
const deployment = (pod: JsonObject, spec: JsonObject = {}): KubeObject =>
  ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "x" },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod }, ...spec },
  }) as unknown as KubeObject;
const containers = (...more: readonly JsonObject[]): JsonObject => ({
  containers: [{ name: "x", image: "x" }, ...more],
});
const container = (rest: JsonObject): JsonObject => ({ containers: [{ name: "x", image: "x", ...rest }] });
const env = (...names: readonly string[]): JsonObject =>
  container({ env: names.map((name) => ({ name, value: "1" })) });
const probe = { livenessProbe: { httpGet: { path: "/", port: 80 } } };

const FIELDS: readonly (readonly [string, KubeObject, KubeObject])[] = [
  ["a key of a ConfigMap", configMap({ a: "1", gone: "1" }), configMap({ a: "1" })],
  ["all keys of a ConfigMap", configMap({ gone: "1" }), configMap({})],
  ["a label", configMap({}, { labels: { ...labels, gone: "1" } }), configMap({}, { labels })],
  ["an annotation", configMap({}, { annotations: { gone: "1" } }), configMap({})],
  ["a variable", deployment(env("A", "gone")), deployment(env("A"))],
  ["all variables", deployment(env("gone")), deployment(container({}))],
  ["a container", deployment(containers({ name: "gone", image: "y" })), deployment(containers())],
  [
    "a port of a container",
    deployment(container({ ports: [{ containerPort: 80 }, { containerPort: 81, name: "gone" }] })),
    deployment(container({ ports: [{ containerPort: 80 }] })),
  ],
  [
    "a port of a Service that gets another number",
    service({ name: "a", port: 80 }, { name: "gone", port: 81 }),
    service({ name: "a", port: 80 }, { name: "b", port: 82 }),
  ],
  ["a probe, with what the server filled in", deployment(container(probe)), deployment(container({}))],
  [
    "a probe for another kind of probe",
    deployment(container(probe)),
    deployment(container({ livenessProbe: { exec: { command: ["true"] } } })),
  ],
  [
    "a volume",
    deployment({ ...containers(), volumes: [{ name: "gone", configMap: { name: "c" } }] }),
    deployment(containers()),
  ],
];
const object = (apiVersion: string, kind: string, spec: JsonObject): KubeObject =>
  ({ apiVersion, kind, metadata: { name: "x" }, spec }) as unknown as KubeObject;
const job = { template: { spec: { restartPolicy: "Never", ...containers() } } };
const KINDS: readonly KubeObject[] = [
  service({ port: 80 }),
  object("v1", "Service", { clusterIP: "None", ports: [{ port: 80 }] }),
  object("v1", "Service", { type: "NodePort", selector: labels, ports: [{ port: 80 }] }),
  object("v1", "Pod", containers()),
  object("v1", "PersistentVolumeClaim", {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
  }),
  object("batch/v1", "Job", { suspend: true, ...job }),
  object("batch/v1", "CronJob", { schedule: "0 0 * * *", jobTemplate: { spec: job } }),
  object("apps/v1", "StatefulSet", {
    replicas: 1,
    serviceName: "x",
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: containers() },
  }),
  object("autoscaling/v2", "HorizontalPodAutoscaler", {
    maxReplicas: 3,
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" },
  }),
];

/** What must not be found in what is live. */
const LEFT = /"gone"|httpGet/;

const content = (live: KubeObject | undefined): string => {
  const { managedFields: _owners, annotations, ...metadata } = live?.metadata ?? { name: "" };
  const { [LAST_APPLIED]: _words, ...rest } = annotations ?? {};
  const { status: _status, ...others } = (live ?? {}) as unknown as JsonObject;
  return JSON.stringify({ ...others, metadata: { ...metadata, annotations: rest } });
};
const managers = (live: KubeObject | undefined): readonly Json[] =>
  (live?.metadata.managedFields ?? []).map((entry) => entry["manager"] ?? "");

describe.skipIf(!controlPlaneAvailable)(
  "whose fields are whose, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let app = "";
    const signal = () => AbortSignal.timeout(10_000);
    useStory("owner", (given) => ({ story, app } = given));

    const own = (given: KubeObject): KubeObject => ({
      ...given,
      metadata: { ...given.metadata, name: app, namespace: story.namespace },
    });
    const pathOf = ({ apiVersion, kind }: KubeObject): string =>
      `/${apiVersion === "v1" ? "api/v1" : `apis/${apiVersion}`}/namespaces/${story.namespace}/${kind.toLowerCase()}s`;
    const send = async (
      method: "PATCH" | "POST",
      path: string,
      type: string,
      manager: string,
      body: object,
    ): Promise<void> => {
      const headers = { "content-type": type };
      const asked = {
        method,
        path: `${path}?fieldManager=${manager}`,
        headers,
        body: Buffer.from(JSON.stringify(body)),
      };
      const { status, body: answer } = await story.kube.transport.request(asked, signal());
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${Buffer.from(answer).toString()}`);
    };
    /** As `kubectl apply` makes an object. */
    const kubectlApply = async (given: KubeObject): Promise<void> => {
      const made = own(given);
      const annotations = { ...made.metadata.annotations, [LAST_APPLIED]: `${JSON.stringify(made)}\n` };
      const body = { ...made, metadata: { ...made.metadata, annotations } };
      await send("POST", pathOf(made), "application/json", "kubectl-client-side-apply", body);
    };
    const patch = (given: KubeObject, manager: string, body: object, subresource = ""): Promise<void> =>
      send("PATCH", `${pathOf(given)}/${app}${subresource}`, "application/merge-patch+json", manager, body);
    const serverApply = async (given: KubeObject, manager: string): Promise<void> => {
      await story.kube.serverSideApply({ object: own(given), force: true, dryRun: false, manager }, signal());
    };
    const desire = async (seq: number, ...given: readonly KubeObject[]): Promise<ApplyFinished> => {
      await story.desire(app, given.map(own), seq);
      const isAt = ({ version, result }: ApplyFinished): boolean =>
        version?.sources[0]?.seq === BigInt(seq) && result !== ApplyResult.UNCHANGED;
      return story.finished(app, isAt);
    };
    const live = (given: KubeObject) => story.live(own(given));
    const applied = { result: ApplyResult.APPLIED, parked: [] };

    describe.each(["if-equal", "migrate", "takeover"] as const)(
      "made by kubectl apply and adopted under %s",
      (adopt) => {
        test.each(FIELDS)("%s that left Git is gone", async (_title, before, after) => {
          await story.declare(app, { adopt });
          await kubectlApply(before);
          expect(await desire(1, before)).toMatchObject(applied);
          expect(content(await live(before))).toMatch(LEFT);
          expect(await desire(2, after)).toMatchObject(applied);
          expect(content(await live(before))).not.toMatch(LEFT);
        });
      },
    );

    test.each(["migrate", "takeover"] as const)("what Git does not name goes at once under %s", async (adopt) => {
      await story.declare(app, { adopt });
      await kubectlApply(configMap({ a: "1", gone: "1" }));
      expect(await desire(1, configMap({ a: "1" }))).toMatchObject(applied);
      const found = await live(configMap({}));
      expect(content(found)).not.toMatch(LEFT);
      expect(found?.metadata.annotations?.[LAST_APPLIED]).toBeUndefined();
      expect(managers(found)).toEqual(["evenkeel"]);
    });

    test.each(KINDS.map((given) => [given.kind, given] as const))(
      "a %s that is what Git says is taken over without a change",
      async (_kind, given) => {
        await story.declare(app, { adopt: "takeover" });
        await kubectlApply(given);
        const before = await live(given);
        expect(await desire(1, given)).toMatchObject(applied);
        const after = await live(given);
        expect(after?.metadata.uid).toBe(before?.metadata.uid);
        expect(after?.["spec"]).toEqual(before?.["spec"]);
        expect(managers(after)).not.toContain("kubectl-client-side-apply");
      },
    );

    test("an object that cannot be taken over stays its managers'", async () => {
      await story.declare(app, { adopt: "takeover", recreate: "never" });
      const given = configMap({ a: "1", b: "1" });
      await kubectlApply(given);
      const before = await live(given);
      const refused = { ...configMap({ a: "1" }), data: { a: 1 } } as unknown as KubeObject;
      expect((await desire(1, refused)).result).toBe(ApplyResult.FAILED);
      const after = await live(given);
      expect(after?.metadata.managedFields).toEqual(before?.metadata.managedFields);
      expect(after?.["data"]).toEqual({ a: "1", b: "1" });
    });

    test("what Git does not name stays under if-equal, with its manager", async () => {
      await story.declare(app, { adopt: "if-equal" });
      await kubectlApply(configMap({ a: "1", theirs: "1" }));
      await desire(1, configMap({ a: "1" }));
      expect(await desire(2, configMap({ b: "1" }))).toMatchObject(applied);
      expect((await live(configMap({})))?.["data"]).toEqual({ b: "1", theirs: "1" });
    });

    test("migrate takes a differing value from kubectl, and none from a controller", async () => {
      await story.declare(app, { adopt: "migrate" });
      await kubectlApply(configMap({ a: "1" }));
      expect(await desire(1, configMap({ a: "2" }))).toMatchObject(applied);
      app = `${app}-b`;
      await story.declare(app, { adopt: "migrate" });
      await serverApply(configMap({ a: "1" }), "operator");
      expect(await desire(1, configMap({ a: "2" }))).toMatchObject({ reason: { code: "FieldConflict" } });
      expect((await live(configMap({})))?.["data"]).toEqual({ a: "1" });
    });

    test("an object whose owners were lost is taken over whole, and loses what leaves Git", async () => {
      await story.declare(app, { adopt: "takeover" });
      await kubectlApply(configMap({ a: "1", b: "1", gone: "1" }));
      await patch(configMap({}), "any", { metadata: { managedFields: [{}] } });
      expect(managers(await live(configMap({})))).toEqual([]);
      expect(await desire(1, configMap({ a: "1", b: "1" }))).toMatchObject(applied);
      expect((await live(configMap({})))?.["data"]).toEqual({ a: "1", b: "1" });
      await patch(configMap({}), "any", { metadata: { managedFields: [{}] } });
      expect(await desire(2, configMap({ a: "1" }))).toMatchObject(applied);
      expect((await live(configMap({})))?.["data"]).toEqual({ a: "1" });
    });

    test.each(["kustomize-controller", "argocd-controller"])(
      "what %s applied goes over at a takeover",
      async (manager) => {
        await story.declare(app, { adopt: "takeover" });
        const mark = { "kustomize.toolkit.fluxcd.io/name": "x" };
        await serverApply(configMap({ a: "1", b: "1", gone: "1" }, { labels: mark }), manager);
        await desire(1, configMap({ a: "1", b: "1" }));
        await desire(2, configMap({ a: "1" }));
        const found = await live(configMap({}));
        expect(found?.["data"]).toEqual({ a: "1" });
        expect(found?.metadata.labels).not.toHaveProperty(Object.keys(mark)[0] ?? "");
        expect(managers(found)).toEqual(["evenkeel"]);
      },
    );

    test.each(["kubectl-edit", "kubectl", "kubectl-patch", "k9s"])(
      "a field that %s has written again since goes when it leaves Git",
      async (manager) => {
        await story.declare(app, { drift: "report" });
        await desire(1, configMap({ a: "1", gone: "1" }));
        if (manager === "kubectl") await serverApply(configMap({ gone: "1" }), manager);
        else await patch(configMap({}), manager, { data: { gone: "2" } });
        expect(managers(await live(configMap({})))).toContain(manager);
        expect(await desire(2, configMap({ a: "1" }))).toMatchObject(applied);
        expect((await live(configMap({})))?.["data"]).toEqual({ a: "1" });
      },
    );

    test("a field that leaves Git after a write that failed goes too", async () => {
      await story.declare(app);
      const both = configMap({ a: "1", gone: "1" });
      await desire(1, both);
      await serverApply(configMap({ gone: "1" }), "kubectl");
      const refused = { ...configMap({ a: "1" }), data: { a: 1 } } as unknown as KubeObject;
      expect((await desire(2, refused)).result).toBe(ApplyResult.FAILED);
      expect(await desire(3, configMap({ a: "1" }))).toMatchObject(applied);
      expect((await live(both))?.["data"]).toEqual({ a: "1" });
    });

    test("what is declared to be others' after a write that failed stays, though it leaves Git and is ours too", async () => {
      await story.declare(app);
      await desire(1, configMap({ a: "1", gone: "1", theirs: "1" }));
      const refused = { ...configMap({ a: "1" }), data: { a: 1 } } as unknown as KubeObject;
      expect((await desire(2, refused)).result).toBe(ApplyResult.FAILED);
      await serverApply(configMap({ gone: "1", theirs: "1" }), "kubectl");
      await story.declare(app, {
        ignore: [{ selector: { kind: "ConfigMap" }, paths: ["data.theirs"], mode: "ignore" as const }],
      });
      expect(await desire(3, configMap({ a: "1" }))).toMatchObject(applied);
      expect((await live(configMap({})))?.["data"]).toEqual({ a: "1", theirs: "1" });
    });

    test("a field that another manager has too stays and is told, until it is gone", async () => {
      await story.declare(app);
      await desire(1, configMap({ a: "1", shared: "1" }));
      await serverApply(configMap({ shared: "1", theirs: "1" }), "operator");
      const told = await desire(2, configMap({ a: "1" }));
      expect(told).toMatchObject({ result: ApplyResult.APPLIED, parked: [{ reason: { code: "FieldConflict" } }] });
      expect(told.parked[0]?.reason?.message).toContain("data.shared (operator)");
      expect((await live(configMap({})))?.["data"]).toEqual({ a: "1", shared: "1", theirs: "1" });
      // The fleet changes: another look.
      await story.desire(app, [own(configMap({ a: "1" }))], 2, { fleet: 101n });
      const isLook = (fleet: bigint) => (fact: ApplyFinished) => fact.version?.fleet === fleet;
      expect((await story.finished(app, isLook(101n))).parked).toHaveLength(1);
      // The remedy: it is taken out by hand.
      await patch(configMap({}), "kubectl-edit", { data: { shared: null } });
      await story.desire(app, [own(configMap({ a: "1" }))], 2, { fleet: 102n });
      expect((await story.finished(app, isLook(102n))).parked).toEqual([]);
      expect((await live(configMap({})))?.["data"]).toEqual({ a: "1", theirs: "1" });
    });

    const SUSPENDED = (spec: JsonObject): KubeObject =>
      object("batch/v1", "CronJob", { schedule: "0 0 1 1 *", jobTemplate: { spec: job }, ...spec });
    test("what an administrator had set before Git said the same stays when it leaves Git, and is told", async () => {
      await story.declare(app);
      await desire(1, SUSPENDED({}));
      await patch(SUSPENDED({}), "kubectl-patch", { spec: { suspend: true } });
      const held = await desire(2, SUSPENDED({ suspend: false }));
      expect(held.reason?.message).toContain("spec.suspend (kubectl-patch)");
      expect(await desire(3, SUSPENDED({ suspend: true }))).toMatchObject(applied);
      const told = await desire(4, SUSPENDED({}));
      expect(told).toMatchObject({ result: ApplyResult.APPLIED, parked: [{ reason: { code: "FieldConflict" } }] });
      expect(told.parked[0]?.reason?.message).toContain("spec.suspend (kubectl-patch before Git)");
      expect((await live(SUSPENDED({})))?.["spec"]).toMatchObject({ suspend: true });
    });

    const GUARD = { "policy.example.org/quarantine": "true" };
    test.each([
      ["hold", GUARD, 1],
      ["take", undefined, 0],
    ] as const)("a guard label that Git named for a while, under onConflict: %s", async (onConflict, left, told) => {
      await story.declare(app, { onConflict });
      await desire(1, configMap({ a: "1" }));
      await patch(configMap({}), "kubectl-label", { metadata: { labels: GUARD, annotations: { by: "security" } } });
      await desire(2, configMap({ a: "1" }, { labels: GUARD }));
      // Another version between: what is known of it does not depend on the last one.
      await desire(3, configMap({ a: "2" }, { labels: GUARD }));
      const ended = await desire(4, configMap({ a: "2" }));
      expect(ended).toMatchObject({ result: ApplyResult.APPLIED });
      expect(ended.parked).toHaveLength(told);
      const { labels: found, annotations } = (await live(configMap({})))?.metadata ?? {};
      expect(found?.["policy.example.org/quarantine"]).toBe(left?.["policy.example.org/quarantine"]);
      expect(annotations).toMatchObject({ by: "security" });
      // The remedy: it is taken out by hand.
      await patch(configMap({}), "kubectl-label", { metadata: { labels: { "policy.example.org/quarantine": null } } });
      expect(await desire(5, configMap({ a: "3" }))).toMatchObject(applied);
    });

    test("a container that an administrator had added before Git said the same stays", async () => {
      await story.declare(app);
      const both = deployment(containers({ name: "guard", image: "y" }));
      await desire(1, deployment(containers()));
      await serverApply(deployment({ containers: [{ name: "guard", image: "y" }] }), "kubectl");
      expect(await desire(2, both)).toMatchObject(applied);
      const told = await desire(3, deployment(containers()));
      expect(told.parked[0]?.reason?.code).toBe("FieldConflict");
      expect(content(await live(both))).toContain('"guard"');
    });

    test("what an autoscaler has set stays when the count leaves Git, and nothing is told", async () => {
      await story.declare(app, { adopt: "takeover" });
      const counted = deployment(containers(), { replicas: 3 });
      await kubectlApply(counted);
      await desire(1, counted);
      await patch(counted, "kube-controller-manager", { spec: { replicas: 7 } }, "/scale");
      expect(await desire(2, deployment(containers()))).toMatchObject(applied);
      expect((await live(counted))?.["spec"]).toMatchObject({ replicas: 7 });
    });

    test("a takeover leaves a count that Git leaves open", async () => {
      await story.declare(app, { adopt: "takeover" });
      await kubectlApply(deployment(containers(), { replicas: 3 }));
      expect(await desire(1, deployment(containers()))).toMatchObject(applied);
      expect((await live(deployment({})))?.["spec"]).toMatchObject({ replicas: 3 });
    });

    test("what is declared to be others' stays theirs, at a takeover and when it leaves Git", async () => {
      const ignore = [{ selector: { kind: "ConfigMap" }, paths: ["data.theirs"], mode: "ignore" as const }];
      await story.declare(app, { adopt: "takeover", ignore });
      await kubectlApply(configMap({ a: "1", theirs: "2" }));
      expect(await desire(1, configMap({ a: "1", theirs: "1" }))).toMatchObject(applied);
      expect(await desire(2, configMap({ a: "2" }))).toMatchObject(applied);
      expect((await live(configMap({})))?.["data"]).toEqual({ a: "2", theirs: "2" });
    });

    test("is done over when the object changes meanwhile", async () => {
      await story.declare(app, { adopt: "if-equal" });
      const both = configMap({ a: "1", gone: "1" });
      await kubectlApply(both);
      await desire(1, both);
      let isOver = false;
      let writes = 0;
      const writing = (async () => {
        for (; !isOver; writes += 1) await patch(both, "operator", { metadata: { annotations: { n: `${writes}` } } });
      })();
      const fact = await desire(2, configMap({ a: "1" }));
      isOver = true;
      await writing;
      expect(fact).toMatchObject(applied);
      expect((await live(both))?.["data"]).toEqual({ a: "1" });
    });
  },
);
