import { ApplyResult } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { splitApiVersion } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { Story } from "../story/story-parts.fixture.ts";
import { useStory } from "../story/use-story.fixture.ts";

const HELD = "example.com/operator";
const labels = { app: "operator" };
const of = (apiVersion: string, kind: string, name: string, rest: object = {}, metadata: object = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name, ...metadata }, ...rest }) as KubeObject;
const configMap = (name: string): KubeObject => of("v1", "ConfigMap", name);
/** What an operator is made of, as far as a unit may have it. */
const operator = (name: string): readonly KubeObject[] => [
  of("apps/v1", "Deployment", name, {
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "x", image: "x" }] } },
    },
  }),
  of("v1", "ServiceAccount", name),
  of("rbac.authorization.k8s.io/v1", "Role", name, { rules: [] }),
];

describe.skipIf(!controlPlaneAvailable)(
  "custom resources and the operator that ends them, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let group = "";
    let app = "";
    const signal = () => AbortSignal.timeout(20_000);
    const apply = async (object: KubeObject): Promise<void> => {
      await story.kube.serverSideApply({ object, force: true, dryRun: false, manager: "someone" }, signal());
    };
    useStory("removal", (given) => ({ story, app } = given), {
      prepare: async (given) => {
        story = given;
        group = `${story.namespace}.example.com`;
        const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
        const names = { plural: "gadgets", singular: "gadget", kind: "Gadget", listKind: "GadgetList" };
        const versions = [{ name: "v1", served: true, storage: true, schema }];
        const spec = { group, scope: "Namespaced", names, versions };
        await apply(of("apiextensions.k8s.io/v1", "CustomResourceDefinition", `gadgets.${group}`, { spec }));
      },
    });

    const gadget = (name = app, metadata: object = {}): KubeObject =>
      of(`${group}/v1`, "Gadget", name, {}, { finalizers: [HELD], ...metadata });
    const pathOf = ({ apiVersion, kind, metadata }: KubeObject): string =>
      `/${apiVersion === "v1" ? "api/v1" : `apis/${apiVersion}`}/namespaces/${story.namespace}/${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}/${metadata.name}`;
    /** As the operator does once it has ended what stands behind an object. */
    const letGo = async (object: KubeObject): Promise<void> => {
      const headers = { "content-type": "application/merge-patch+json" };
      const body = Buffer.from(JSON.stringify({ metadata: { finalizers: null } }));
      await story.kube.transport.request({ method: "PATCH", path: pathOf(object), headers, body }, signal());
    };
    const isThere = async (object: KubeObject): Promise<boolean> => (await story.live(object)) !== undefined;
    const areThere = async (objects: readonly KubeObject[]) => Promise.all(objects.map(isThere));
    const gone = (objects: readonly KubeObject[]) =>
      eventually(async () => (await areThere(objects)).every((there) => !there), { timeoutMs: 20_000 });
    const applied = (seq: number) =>
      story.finished(app, ({ result, version }) => {
        return result === ApplyResult.APPLIED && version?.sources[0]?.seq === BigInt(seq);
      });
    const parkedAt = (seq: number, good: (fact: ApplyFinished) => boolean = () => true) =>
      story.finished(
        app,
        (fact) => fact.version?.sources[0]?.seq === BigInt(seq) && fact.parked.length > 0 && good(fact),
      );
    const dying = async (object: KubeObject): Promise<boolean> =>
      (await story.live(object))?.metadata.deletionTimestamp !== undefined;
    /** Enough others that the budget allows all of it. */
    const many = (): readonly KubeObject[] => Array.from({ length: 25 }, (_, i) => configMap(`${app}-${i}`));

    test("the operator stays until they are gone, which is told, and goes then", async () => {
      await story.declare(app);
      const parts = operator(app);
      await story.desire(app, [...many(), ...parts, gadget()], 1);
      await applied(1);
      await story.desire(app, many(), 2);
      const told = await parkedAt(2, ({ parked }) => parked.length === 4);
      expect(told.parked.map(({ reason }) => reason?.code)).toEqual(Array.from({ length: 4 }, () => "DeleteStuck"));
      const words = told.parked.map(({ reason }) => reason?.message ?? "");
      expect(words[0]).toContain(`is being deleted, held by ${HELD}`);
      expect(words[1]).toContain(`is kept until Gadget ${story.namespace}/${app} is gone`);
      expect(await dying(gadget())).toBe(true);
      expect(await areThere(parts)).toEqual([true, true, true]);
      await letGo(gadget());
      await gone([gadget(), ...parts]);
    });

    test("so it is when the application is removed", async () => {
      await story.declare(app, { deletionPolicy: "delete" });
      const parts = operator(app);
      const held = of("networking.k8s.io/v1", "Ingress", app, {
        spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } },
      });
      const ingress = { ...held, metadata: { ...held.metadata, finalizers: ["ingress.k8s.aws/resources"] } };
      await story.desire(app, [...many(), ...parts, gadget(), ingress], 1);
      await applied(1);
      await story.desire(app, [], 1, { removed: true, fleet: 200n });
      const isLook = ({ version, parked }: ApplyFinished): boolean => version?.fleet === 200n && parked.length > 0;
      const asked = await story.finished(app, isLook);
      // More than the budget: all of it waits for an Approval, which holds for what is deleted later too.
      expect(asked.parked[0]?.reason?.code).toBe("PruneBudget");
      await story.approve(app, asked.planDigest);
      await eventually(async () => (await dying(gadget())) && dying(ingress), { timeoutMs: 20_000 });
      expect(await areThere(parts)).toEqual([true, true, true]);
      await letGo(gadget());
      await letGo(ingress);
      await gone([gadget(), ingress, ...parts]);
      await story.finished(app, ({ result }) => result === ApplyResult.REMOVED);
    });

    test("one that may not be deleted yet keeps the operator, one that is kept for good does not", async () => {
      await story.declare(app, { graceSeconds: 0 });
      const parts = operator(app);
      const asking = gadget(app, { annotations: { "argocd.argoproj.io/sync-options": "Prune=confirm" } });
      const kept = gadget(`${app}-kept`, { annotations: { "helm.sh/resource-policy": "keep" } });
      await story.desire(app, [...many(), ...parts, asking, kept], 1);
      await applied(1);
      await story.desire(app, many(), 2);
      const told = await parkedAt(2, ({ parked }) => parked.length === 5);
      expect(await areThere([asking, kept, ...parts])).toEqual([true, true, true, true, true]);
      await story.approve(app, told.planDigest);
      await eventually(async () => dying(asking), { timeoutMs: 20_000 });
      expect(await areThere(parts)).toEqual([true, true, true]);
      await letGo(asking);
      await gone([asking, ...parts]);
      expect(await dying(kept)).toBe(false);
      await letGo(kept);
    });

    test("a webhook whose server does not answer goes, for it would keep them for ever", async () => {
      await story.declare(app, {
        allowedClusterKinds: ["ValidatingWebhookConfiguration.admissionregistration.k8s.io"],
      });
      const rule: JsonObject = {
        apiGroups: [group],
        apiVersions: ["v1"],
        operations: ["DELETE"],
        resources: ["gadgets"],
      };
      const webhook = of("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", `${app}-${group}`, {
        webhooks: [
          {
            name: `${app}.example.com`,
            rules: [rule],
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": story.namespace } },
            clientConfig: { service: { namespace: story.namespace, name: "nobody" } },
            sideEffects: "None",
            admissionReviewVersions: ["v1"],
            timeoutSeconds: 1,
          },
        ],
      });
      const parts = operator(app);
      await story.desire(app, [...many(), ...parts, gadget(), webhook], 1);
      await applied(1);
      await eventually(async () => {
        const live = await story.live(gadget());
        const { uid = "" } = live?.metadata ?? {};
        const ref = { group, kind: "Gadget", namespace: story.namespace, name: app };
        await expect(story.kube.deleteObject(ref, { uid }, { dryRun: true }, signal())).rejects.toThrow(/webhook/);
      });
      await story.desire(app, many(), 2);
      const address = {
        ...splitApiVersion(webhook.apiVersion),
        kind: webhook.kind,
        namespace: "",
        name: webhook.metadata.name,
      };
      await eventually(async () => (await story.kube.getObject(address, {}, signal())) === undefined, {
        timeoutMs: 30_000,
      });
      await eventually(async () => dying(gadget()), { timeoutMs: 20_000 });
      expect(await areThere(parts)).toEqual([true, true, true]);
      await letGo(gadget());
      await gone([gadget(), ...parts]);
    });
  },
);
