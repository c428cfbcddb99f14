import { ApplyResult } from "@evenkeel/contracts";
import type { ApplyFinished, DesiredStateChanged } from "@evenkeel/contracts";
import { APP_LABEL } from "@evenkeel/resource";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { Story } from "../story/story-parts.fixture.ts";
import { useStory } from "../story/use-story.fixture.ts";

const HELD = "example.com/operator";
const CRD = "CustomResourceDefinition.apiextensions.k8s.io";
const labels = { app: "operator" };
const of = (apiVersion: string, kind: string, name: string, rest: object = {}, metadata: object = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name, ...metadata }, ...rest }) as KubeObject;

describe.skipIf(!controlPlaneAvailable)(
  "an operator in one application and its custom resources in another, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let app = "";
    const signal = () => AbortSignal.timeout(20_000);
    useStory("together", (given) => ({ story, app } = given));

    const group = () => `${app}.${story.namespace}.example.com`;
    const plural = "gadgets";
    const definition = (): KubeObject => {
      const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
      const names = { plural, singular: "gadget", kind: "Gadget", listKind: "GadgetList" };
      const versions = [{ name: "v1", served: true, storage: true, schema }];
      const spec = { group: group(), scope: "Namespaced", names, versions };
      return of("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${plural}.${group()}`, { spec });
    };
    const gadget = (metadata: object = { finalizers: [HELD] }): KubeObject =>
      of(`${group()}/v1`, "Gadget", app, {}, metadata);
    /** What an operator for this group is made of. */
    const operator = (deals = group()): readonly KubeObject[] => [
      of("apps/v1", "Deployment", app, {
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: "x", image: "x" }] } },
        },
      }),
      of("v1", "ServiceAccount", app),
      of("rbac.authorization.k8s.io/v1", "Role", app, {
        rules: [{ apiGroups: [deals], resources: [plural], verbs: ["*"] }],
      }),
    ];
    const makeDefinition = async (): Promise<void> => {
      await story.kube.serverSideApply({ object: definition(), force: true, dryRun: false, manager: "s" }, signal());
      await served();
    };
    /** What is defined is served, and discovered, a moment after its definition is stored. */
    const served = () =>
      eventually(async () => {
        const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        const get = { method: "GET", headers: { accept } } as const;
        const discovered = await story.kube.transport.request({ ...get, path: "/apis" }, signal());
        if (!discovered.body.includes(group())) return false;
        return (await story.kube.transport.request({ method: "GET", path: list() }, signal())).status === 200;
      });
    const list = () => `/apis/${group()}/v1/namespaces/${story.namespace}/${plural}`;
    const path = () => `${list()}/${app}`;
    const change = async (metadata: JsonObject): Promise<void> => {
      const headers = { "content-type": "application/merge-patch+json" };
      const body = Buffer.from(JSON.stringify({ metadata }));
      await story.kube.transport.request({ method: "PATCH", path: path(), headers, body }, signal());
    };
    const letGo = () => change({ finalizers: null });
    const gadgetIs = async (state: "dying" | "gone" | "there"): Promise<boolean> => {
      // The test's own connection may not know the kind yet.
      const live = await story.live(gadget()).catch(() => "unknown" as const);
      if (live === "unknown") return false;
      const is = live === undefined ? "gone" : live.metadata.deletionTimestamp === undefined ? "there" : "dying";
      return is === state;
    };
    const areThere = async (objects: readonly KubeObject[]): Promise<readonly boolean[]> =>
      Promise.all(objects.map(async (object) => (await story.live(object)) !== undefined));
    const gone = (objects: readonly KubeObject[]) =>
      eventually(async () => (await areThere(objects)).every((there) => !there), { timeoutMs: 20_000 });
    const applied = (name: string, seq: number) =>
      story.finished(
        name,
        ({ result, version }) => result === ApplyResult.APPLIED && version?.sources[0]?.seq === BigInt(seq),
      );
    /** As its last declarations, which a commit has taken out, said. */
    const remove = (name: string, { declarationsDigest: declarations }: DesiredStateChanged) =>
      story.desire(name, [], 1, { removed: true, fleet: 10_000n, declarations });
    /** More than the budget: all of it waits for an Approval. */
    const approve = async (name: string): Promise<void> => {
      const asked = await story.finished(
        name,
        ({ planDigest, version }) => planDigest !== "" && version?.fleet === 10_000n,
      );
      await story.approve(name, asked.planDigest);
    };
    const isWaiting = ({ parked }: ApplyFinished): boolean =>
      parked.some(({ reason }) =>
        reason?.message.includes(`is kept until Gadget ${story.namespace}/${app} of application`),
      );
    /** The operator is in an application of the test's name, its resources in another. */
    const others = () => `${app}-resources`;

    test("removed in one commit: the operator waits, whichever is seen first, says for what, and goes then", async () => {
      await makeDefinition();
      await story.declare(app, { deletionPolicy: "delete" });
      await story.declare(others(), { deletionPolicy: "delete" });
      await story.desire(app, operator(), 1);
      const last = await story.desire(others(), [gadget()], 1);
      await Promise.all([applied(app, 1), applied(others(), 1)]);
      await story.undeclare(app);
      await story.undeclare(others());
      await remove(app, last);
      await approve(app);
      const told = await story.finished(app, isWaiting);
      expect(told.result).toBe(ApplyResult.HELD);
      expect(told.parked.map(({ reason }) => reason?.code)).toEqual(["DeleteStuck", "DeleteStuck", "DeleteStuck"]);
      expect(told.parked[0]?.reason?.message).toContain(`of application ${others()} is gone`);
      await remove(others(), last);
      await eventually(() => gadgetIs("dying"), { timeoutMs: 20_000 });
      expect(await areThere(operator())).toEqual([true, true, true]);
      await letGo();
      await gone(operator());
      await story.finished(app, ({ result }) => result === ApplyResult.REMOVED);
    });

    test("left out of both by one commit: the same", async () => {
      await makeDefinition();
      // Enough that the budget allows all of it.
      const rest = (name: string) => Array.from({ length: 25 }, (_, n) => of("v1", "ConfigMap", `${name}-${n}`));
      await story.declare(app);
      await story.declare(others());
      await story.desire(app, [...rest(app), ...operator()], 1);
      await story.desire(others(), [...rest(others()), gadget()], 1);
      await Promise.all([applied(app, 1), applied(others(), 1)]);
      await story.desire(others(), rest(others()), 2);
      await eventually(() => gadgetIs("dying"), { timeoutMs: 20_000 });
      await story.desire(app, rest(app), 2);
      await story.finished(app, isWaiting);
      expect(await areThere(operator())).toEqual([true, true, true]);
      await letGo();
      await gone(operator());
    });

    const owning = { apiVersion: "v1", kind: "ConfigMap", name: "c", uid: "11111111-1111-1111-1111-111111111111" };
    test.each<readonly [string, JsonObject]>([
      ["a mark keeps", { annotations: { "helm.sh/resource-policy": "keep" } }],
      ["has lost our label", { labels: { [APP_LABEL]: null } }],
      ["a controller has", { ownerReferences: [{ ...owning, controller: true }] }],
    ])("a resource of another application that %s for good keeps no operator", async (_title, metadata) => {
      await makeDefinition();
      const rest = (name: string) => Array.from({ length: 25 }, (_, n) => of("v1", "ConfigMap", `${name}-${n}`));
      await story.declare(app);
      await story.declare(others());
      await story.desire(app, [...rest(app), ...operator()], 1);
      await story.desire(others(), [...rest(others()), gadget()], 1);
      await Promise.all([applied(app, 1), applied(others(), 1)]);
      await change(metadata);
      await story.desire(others(), rest(others()), 2);
      await story.finished(others(), ({ parked }) => parked.some(({ ref }) => ref?.kind === "Gadget"));
      await story.desire(app, rest(app), 2);
      await gone(operator());
      await eventually(() => gadgetIs("there"), { timeoutMs: 20_000 });
      await letGo();
    });

    test("a definition waits for objects of its kind, until somebody takes them away by hand", async () => {
      await story.declare(app, { deletionPolicy: "delete", allowedClusterKinds: [CRD] });
      await story.declare(others(), { deletionPolicy: "delete" });
      const first = await story.desire(app, [definition()], 1);
      await applied(app, 1);
      await served();
      await story.desire(others(), [gadget({})], 1);
      await applied(others(), 1);
      await story.undeclare(others());
      // The other application is not removed yet: its word is still to come.
      await remove(app, first);
      await approve(app);
      await story.finished(app, isWaiting);
      await eventually(() => gadgetIs("there"), { timeoutMs: 20_000 });
      expect(await story.live(definition())).not.toHaveProperty("metadata.deletionTimestamp");
      const live = await story.live(gadget());
      const ref = { group: group(), kind: "Gadget", namespace: story.namespace, name: app };
      await story.kube.deleteObject(ref, { uid: live?.metadata.uid ?? "" }, {}, signal());
      await gone([definition()]);
    });

    test("what stays, and what another operator deals with, keeps nobody", async () => {
      await makeDefinition();
      await story.declare(app, { deletionPolicy: "delete" });
      await story.declare(others(), { deletionPolicy: "orphan" });
      const another = `${app}-another`;
      await story.declare(another, { deletionPolicy: "delete" });
      const elsewhere = operator("else.example.com").map((object) => ({
        ...object,
        metadata: { ...object.metadata, name: another },
      }));
      await story.desire(app, operator(), 1);
      await story.desire(another, elsewhere, 1);
      const last = await story.desire(others(), [gadget()], 1);
      await Promise.all([applied(app, 1), applied(another, 1), applied(others(), 1)]);
      for (const name of [app, another, others()]) await story.undeclare(name);
      await remove(app, last);
      await remove(another, last);
      await approve(app);
      await approve(another);
      await gone([...operator(), ...elsewhere]);
      await eventually(() => gadgetIs("there"), { timeoutMs: 20_000 });
      await letGo();
    });
  },
);
