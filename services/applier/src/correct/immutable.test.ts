import { ApplyResult } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { refOf } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, startControlPlane } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const object = (apiVersion: string, kind: string, rest: JsonObject, name = "one"): KubeObject =>
  ({ apiVersion, kind, metadata: { name }, ...rest }) as KubeObject;

const labels = { app: "x" };
const pod = (over: JsonObject = {}): JsonObject => ({ containers: [{ name: "x", image: "x", ...over }] });
const template = (spec: JsonObject = pod()): JsonObject => ({ metadata: { labels }, spec });
const workload = (kind: string, spec: JsonObject = {}): KubeObject =>
  object("apps/v1", kind, {
    spec: { replicas: 0, selector: { matchLabels: labels }, template: template(), ...spec } as JsonObject,
  });
const service = (spec: JsonObject): KubeObject =>
  object("v1", "Service", { spec: { selector: labels, ports: [{ port: 80 }], ...spec } });
const job = (image: string): KubeObject =>
  object("batch/v1", "Job", { spec: { template: { spec: { restartPolicy: "Never", ...pod({ image }) } } } });
const binding = (name: string): KubeObject =>
  object("rbac.authorization.k8s.io/v1", "RoleBinding", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
  });
const claim = (...accessModes: readonly string[]): KubeObject =>
  object("v1", "PersistentVolumeClaim", { spec: { accessModes, resources: { requests: { storage: "1Gi" } } } });
const rollout = (of: string, type: string): JsonObject => ({ [of]: { type } });
const volumes = (volume: JsonObject): JsonObject => ({
  template: template({ ...pod(), volumes: [{ name: "v", ...volume }] }),
});

describe.skipIf(!controlPlaneAvailable)(
  "what an object may not become, on a real nats-server and kube-apiserver of two address families",
  { timeout: 60_000 },
  () => {
    let controlPlane: ControlPlane;
    let story: Story;
    let app = "";
    let count = 0;
    beforeAll(async () => {
      controlPlane = await startControlPlane({
        apiServerArgs: ["--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112"],
      });
      story = await startStory({ controlPlane });
      await story.start();
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
      await controlPlane?.[Symbol.asyncDispose]();
    });
    beforeEach(() => {
      app = `immutable-${(count += 1)}`;
    });

    /** Of this test alone, whatever its scope. */
    const own = (given: KubeObject): KubeObject => ({ ...given, metadata: { ...given.metadata, name: app } });
    const at = (seq: number, ...results: readonly ApplyResult[]) =>
      story.finished(
        app,
        ({ version, result }) => version?.sources[0]?.seq === BigInt(seq) && results.includes(result),
      );
    const desire = async (seq: number, ...objects: readonly KubeObject[]) => {
      await story.desire(app, objects, seq);
      return at(seq, ApplyResult.APPLIED, ApplyResult.FAILED);
    };
    const uid = async (given: KubeObject): Promise<string | undefined> => {
      const live = await story.kube.getObject(
        { ...refOf(given), namespace: given.metadata.namespace ?? story.namespace },
        {},
        AbortSignal.timeout(5_000),
      );
      return live?.metadata.uid;
    };

    test.each<[string, KubeObject, KubeObject]>([
      ["the role of a RoleBinding", binding("a"), binding("b")],
      [
        "the selector of a Deployment",
        workload("Deployment"),
        workload("Deployment", {
          selector: { matchLabels: { app: "x", b: "c" } },
          template: { ...template(), metadata: { labels: { app: "x", b: "c" } } },
        }),
      ],
      [
        "the service of a StatefulSet",
        workload("StatefulSet", { serviceName: "a" }),
        workload("StatefulSet", { serviceName: "b" }),
      ],
      ["the template of a Job", job("a"), job("b")],
      [
        "the command of a Pod",
        object("v1", "Pod", { spec: pod() }),
        object("v1", "Pod", { spec: pod({ command: ["b"] }) }),
      ],
      ["the address of a Service", service({ clusterIP: "10.96.7.1" }), service({ clusterIP: "10.96.7.2" })],
      [
        "the address of a Service that keeps its node port",
        service({ type: "NodePort", clusterIP: "10.96.7.3", ports: [{ port: 80, nodePort: 30_777 }] }),
        service({ type: "NodePort", clusterIP: "10.96.7.4", ports: [{ port: 80, nodePort: 30_777 }] }),
      ],
      ["whether a Service has an address", service({ clusterIP: "10.96.7.9" }), service({ clusterIP: "None" })],
      ["the address family of a Service", service({ ipFamilies: ["IPv4"] }), service({ ipFamilies: ["IPv6"] })],
      [
        "the class of a load balancer",
        service({ type: "LoadBalancer", loadBalancerClass: "a.b/c" }),
        service({ type: "LoadBalancer", loadBalancerClass: "a.b/d" }),
      ],
      [
        "a Secret that says so",
        object("v1", "Secret", { immutable: true, stringData: { a: "1" } }),
        object("v1", "Secret", { immutable: true, stringData: { a: "2" } }),
      ],
      [
        "a ConfigMap that says so",
        object("v1", "ConfigMap", { immutable: true, data: { a: "1" } }),
        object("v1", "ConfigMap", { immutable: true, data: { a: "2" } }),
      ],
      ["the type of a Secret", object("v1", "Secret", { type: "a.b/c" }), object("v1", "Secret", { type: "a.b/d" })],
      [
        "the provisioner of a StorageClass",
        object("storage.k8s.io/v1", "StorageClass", { provisioner: "a.b/c" }),
        object("storage.k8s.io/v1", "StorageClass", { provisioner: "a.b/d" }),
      ],
      [
        "the value of a PriorityClass",
        object("scheduling.k8s.io/v1", "PriorityClass", { value: 1 }),
        object("scheduling.k8s.io/v1", "PriorityClass", { value: 2 }),
      ],
      [
        "the controller of an IngressClass",
        object("networking.k8s.io/v1", "IngressClass", { spec: { controller: "a.b/c" } }),
        object("networking.k8s.io/v1", "IngressClass", { spec: { controller: "a.b/d" } }),
      ],
      [
        "the handler of a RuntimeClass",
        object("node.k8s.io/v1", "RuntimeClass", { handler: "a" }),
        object("node.k8s.io/v1", "RuntimeClass", { handler: "b" }),
      ],
      [
        "the address type of an EndpointSlice",
        object("discovery.k8s.io/v1", "EndpointSlice", { addressType: "IPv4", endpoints: [] }),
        object("discovery.k8s.io/v1", "EndpointSlice", { addressType: "IPv6", endpoints: [] }),
      ],
    ])("%s: made again where that is declared, else named with what helps", async (_title, one, two) => {
      const [before, after] = [own(one), own(two)];
      await story.declare(app, { recreate: "never", allowedClusterKinds: ["*"] });
      await desire(1, before);
      const first = await uid(before);
      expect(first).toBeDefined();
      const refused = await desire(2, after);
      expect(refused).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "ImmutableField" } });
      expect(await uid(before)).toBe(first);
      const words = /annotate the object with ([^:]+): (always)/.exec(refused.reason?.remedy ?? "");
      const annotations = { [words?.[1] ?? ""]: words?.[2] ?? "" };
      await desire(3, { ...after, metadata: { ...after.metadata, annotations } });
      expect((await at(3, ApplyResult.APPLIED)).result).toBe(ApplyResult.APPLIED);
      const second = await uid(before);
      expect(second).toBeDefined();
      expect(second).not.toBe(first);
      // The other way round, by the application's own word.
      await story.declare(app, { recreate: "always", allowedClusterKinds: ["*"] });
      expect((await desire(4, before)).result).toBe(ApplyResult.APPLIED);
      expect([first, second]).not.toContain(await uid(before));
    });

    const definition = (group: string, scope = "Namespaced"): KubeObject =>
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
        metadata: { name: `widgets.${group}` },
        spec: {
          group,
          scope,
          names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
          versions: [
            {
              name: "v1",
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: {
                  type: "object",
                  properties: {
                    spec: {
                      type: "object",
                      properties: {
                        fixed: {
                          type: "string",
                          "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "stays as it is" }],
                        },
                        size: {
                          type: "integer",
                          "x-kubernetes-validations": [{ rule: "self < 5", message: "field is immutable above 4" }],
                        },
                      },
                    },
                  },
                },
              },
            },
          ],
        },
      });

    test("a field that a definition's rule keeps, and no field of which only the words say so", async () => {
      const group = `${app}.example.com`;
      const widget = (spec: JsonObject): KubeObject => own(object(`${group}/v1`, "Widget", { spec }));
      await story.declare(app, { recreate: "always", allowedClusterKinds: ["*"] });
      const set = (spec: JsonObject) => [definition(group), widget(spec)] as const;
      await desire(1, ...set({ fixed: "a", size: 1 }));
      const first = await uid(widget({}));
      const invalid = await desire(2, ...set({ fixed: "a", size: 9 }));
      expect(invalid).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "ObjectInvalid" } });
      expect(await uid(widget({}))).toBe(first);
      await desire(3, ...set({ fixed: "b", size: 1 }));
      expect(await uid(widget({}))).not.toBe(first);
      // A definition itself is never made again, and says so.
      const scope = await desire(4, definition(group, "Cluster"));
      expect(scope).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "ImmutableField" } });
      expect(scope.reason?.remedy).not.toContain("recreate");
    });

    test("a claim's spec, which is never made again: deleted by hand it is", async () => {
      await story.declare(app, { recreate: "always" });
      await desire(1, own(claim("ReadWriteOnce")));
      const refused = await desire(2, own(claim("ReadWriteMany")));
      expect(refused).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "ImmutableField" } });
      expect(refused.reason?.remedy).toContain("delete the PersistentVolumeClaim by hand");
      const live = await story.live(own(claim()));
      const ref = { ...refOf(own(claim())), namespace: story.namespace };
      const { uid: first = "", resourceVersion = "" } = live?.metadata ?? {};
      const signal = AbortSignal.timeout(10_000);
      await story.kube.deleteObject(ref, { uid: first, resourceVersion }, {}, signal);
      // No controller is there to see that no pod uses it.
      const path = `/api/v1/namespaces/${story.namespace}/persistentvolumeclaims/${app}`;
      const body = Buffer.from(JSON.stringify({ metadata: { finalizers: null } }));
      const headers = { "content-type": "application/merge-patch+json" };
      await story.kube.transport.request({ method: "PATCH", path, headers, body }, signal);
      await at(2, ApplyResult.APPLIED);
      expect((await story.live(own(claim())))?.["spec"]).toMatchObject({ accessModes: ["ReadWriteMany"] });
    });

    test.each<[string, KubeObject, KubeObject, JsonObject]>([
      [
        "a Deployment to Recreate",
        workload("Deployment"),
        workload("Deployment", rollout("strategy", "Recreate")),
        rollout("strategy", "Recreate"),
      ],
      [
        "a StatefulSet to OnDelete",
        workload("StatefulSet"),
        workload("StatefulSet", rollout("updateStrategy", "OnDelete")),
        rollout("updateStrategy", "OnDelete"),
      ],
      [
        "a volume without a kind to one of a Secret",
        workload("Deployment", volumes({})),
        workload("Deployment", volumes({ secret: { secretName: "s" } })),
        { template: { spec: { volumes: [{ name: "v", secret: { secretName: "s", defaultMode: 420 } }] } } },
      ],
    ])("brings %s in place, without what the server had filled in, and back", async (_title, one, two, wanted) => {
      const [before, after] = [own(one), own(two)];
      await story.declare(app, { recreate: "always" });
      await desire(1, before);
      const first = await uid(before);
      expect((await desire(2, after)).result).toBe(ApplyResult.APPLIED);
      const live = await story.live(before);
      expect(live?.metadata.uid).toBe(first);
      expect(live?.["spec"]).toMatchObject(wanted);
      for (const member of ["strategy", "updateStrategy"] as const)
        if (wanted[member] !== undefined) expect(live).toHaveProperty(["spec", member], wanted[member]);
      expect((await desire(3, before)).result).toBe(ApplyResult.APPLIED);
      expect(await uid(before)).toBe(first);
      await eventually(async () => (await story.inventory(app))?.complete === true);
    });

    test("gives back what it claimed where that did not help", async () => {
      const before = own(workload("Deployment"));
      const selector = { matchLabels: { app: "y" } };
      const changed = { selector, template: { ...template(), metadata: { labels: { app: "y" } } } };
      await story.declare(app, { recreate: "never" });
      await desire(1, before);
      const fields = async () => (await story.live(before))?.metadata.managedFields?.map((entry) => entry["fieldsV1"]);
      const held = await fields();
      const refused = await desire(2, own(workload("Deployment", { ...changed, ...rollout("strategy", "Recreate") })));
      expect(refused.reason?.code).toBe("ImmutableField");
      expect(await fields()).toEqual(held);
    });
  },
);
