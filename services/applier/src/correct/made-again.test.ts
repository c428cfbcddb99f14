import { ApplyResult } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const never = new AbortController().signal;
const GROUP = "admissionregistration.k8s.io";
const RBAC = "rbac.authorization.k8s.io";
const object = (apiVersion: string, kind: string, name: string, rest: JsonObject): KubeObject =>
  ({ apiVersion, kind, metadata: { name }, ...rest }) as KubeObject;
const fixed = (name: string, value: string): KubeObject =>
  object("v1", "ConfigMap", name, { immutable: true, data: { value } });

/** Refuses the making of ConfigMaps that do not satisfy a CEL expression, and no change of them. */
const policy = (name: string, expression: string, prefix = name): readonly KubeObject[] => [
  object(`${GROUP}/v1`, "ValidatingAdmissionPolicy", name, {
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
      },
      matchConditions: [{ name: "here", expression: `object.metadata.name.startsWith("${prefix}")` }],
      validations: [{ expression, message: "not to be made" }],
    },
  }),
  object(`${GROUP}/v1`, "ValidatingAdmissionPolicyBinding", name, {
    spec: { policyName: name, validationActions: ["Deny"] },
  }),
];

describe.skipIf(!controlPlaneAvailable)(
  "an object that is to be made again, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let app = "";
    let count = 0;
    beforeAll(async () => {
      story = await startStory();
      await story.start();
    }, 120_000);
    afterAll(async () => story?.[Symbol.asyncDispose]());
    beforeEach(async () => {
      app = `again-${(count += 1)}-${Date.now() % 100_000}`;
      await story.declare(app, { recreate: "always", allowedClusterKinds: ["*"] });
    });
    const at = (seq: number, ...results: readonly ApplyResult[]) =>
      story.finished(
        app,
        ({ version, result }) => version?.sources[0]?.seq === BigInt(seq) && results.includes(result),
      );
    const desire = async (seq: number, ...objects: readonly KubeObject[]) => {
      await story.desire(app, objects, seq);
      return at(seq, ApplyResult.APPLIED, ApplyResult.FAILED);
    };
    const admin = async (given: KubeObject): Promise<void> =>
      void (await story.kube.serverSideApply({ object: given, force: true, dryRun: false, manager: "test" }, never));
    const remove = async (given: KubeObject): Promise<void> => {
      const ref = refOf(given);
      const uid = (await story.kube.getObject(ref, {}, never))?.metadata.uid ?? "";
      await story.kube.deleteObject(ref, { uid }, {}, never);
    };
    const here = (given: KubeObject): KubeObject => ({
      ...given,
      metadata: { ...given.metadata, namespace: story.namespace },
    });
    /** A policy is in force some moments after it was written: then it refuses this object's making, really or on trial. */
    const inForce = (refused: KubeObject, dryRun: boolean): Promise<unknown> =>
      eventually(
        async () => {
          try {
            await story.kube.createObject({ object: here(refused), dryRun }, never);
            if (!dryRun) await remove(here(refused));
            return false;
          } catch (error) {
            return isApiError(error, "DENIED");
          }
        },
        { timeoutMs: 30_000 },
      );

    test.each<[string, (name: string) => string, string]>([
      ["of this name", (name) => `object.metadata.name != "${name}"`, "b"],
      ["with this content", () => 'object.data.value != "b"', "b"],
    ])(
      "stays as it is where a policy refuses the making of one %s, and is made again once the policy is gone",
      async (_title, expression) => {
        await desire(1, fixed(app, "a"));
        const first = await story.live(fixed(app, ""));
        for (const each of policy(app, expression(app))) await admin(each);
        await inForce(fixed(app, "b"), true);
        const refused = await desire(2, fixed(app, "b"));
        expect(refused).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "AdmissionDenied" } });
        expect(refused.reason?.message).toMatch(/is not deleted, since it could not be made again: .*not to be made/);
        expect(await story.live(fixed(app, ""))).toMatchObject({
          data: { value: "a" },
          metadata: { uid: first?.metadata.uid },
        });
        for (const each of policy(app, "true")) await remove(each);
        await at(2, ApplyResult.APPLIED);
        expect(await story.live(fixed(app, ""))).toMatchObject({ data: { value: "b" } });
      },
    );

    test.each<[string, (name: string) => string]>([
      ["is this one", (name) => `object.metadata.name == "${name}"`],
      ["begins like this one", (name) => `object.metadata.name.startsWith("${name.slice(0, -1)}")`],
      ["is short", (name) => `object.metadata.name.size() <= ${name.length}`],
    ])("is made again where a policy lets pass only what has a name that %s", async (_title, expression) => {
      const prefix = /^again-\d+/.exec(app)?.[0] ?? "";
      await desire(1, fixed(app, "a"));
      for (const each of policy(app, expression(app), prefix)) await admin(each);
      await inForce(fixed(`${prefix}${"x".repeat(40)}`, "a"), true);
      expect((await desire(2, fixed(app, "b"))).result).toBe(ApplyResult.APPLIED);
      expect(await story.live(fixed(app, ""))).toMatchObject({ data: { value: "b" } });
      for (const each of policy(app, "true")) await remove(each);
    });

    test("is put back as it was, with its owners, where no trial tells that its making is refused", async () => {
      await desire(1, fixed(app, "a"));
      const first = await story.live(fixed(app, ""));
      for (const each of policy(app, 'request.dryRun || object.data.value != "b"')) await admin(each);
      await inForce(fixed(`${app}-probe`, "b"), false);
      const refused = await desire(2, fixed(app, "b"));
      expect(refused).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "AdmissionDenied" } });
      expect(refused.reason?.message).toMatch(/not to be made.*deleted to be made again, and is put back as it was/);
      const live = await story.live(fixed(app, ""));
      expect(live).toMatchObject({ immutable: true, data: { value: "a" } });
      expect(live?.metadata.uid).not.toBe(first?.metadata.uid);
      expect(live?.metadata.labels).toEqual(first?.metadata.labels);
      expect(live?.metadata.managedFields).toEqual(first?.metadata.managedFields);
      expect(refused.reason?.remedy).toMatch(/have it changed; the next commit tries it again$/);
      for (const each of policy(app, "true")) await remove(each);
      await eventually(async () => {
        try {
          await story.kube.createObject({ object: here(fixed(`${app}-probe`, "b")), dryRun: false }, never);
          return true;
        } catch {
          return false;
        }
      });
      expect((await desire(3, fixed(app, "b"))).result).toBe(ApplyResult.APPLIED);
      expect(await story.live(fixed(app, ""))).toMatchObject({ data: { value: "b" } });
    });

    test("is made again where a definition's rule allows no other name, and no invalid one", async () => {
      const group = `${app}.example.com`;
      const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", `solos.${group}`, {
        spec: {
          group,
          scope: "Namespaced",
          names: { plural: "solos", singular: "solo", kind: "Solo", listKind: "SoloList" },
          versions: [
            {
              name: "v1",
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: {
                  type: "object",
                  "x-kubernetes-validations": [{ rule: "self.metadata.name == 'cluster'", message: "there is one" }],
                  properties: {
                    spec: {
                      type: "object",
                      properties: {
                        fixed: { type: "string", "x-kubernetes-validations": [{ rule: "self == oldSelf" }] },
                        size: { type: "integer", maximum: 5 },
                      },
                    },
                  },
                },
              },
            },
          ],
        },
      });
      const solo = (spec: JsonObject): KubeObject => object(`${group}/v1`, "Solo", "cluster", { spec });
      await desire(1, definition, solo({ fixed: "a", size: 1 }));
      const first = (await story.live(solo({})))?.metadata.uid;
      const invalid = await desire(2, definition, solo({ fixed: "b", size: 9 }));
      expect(invalid).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "ObjectInvalid" } });
      expect((await story.live(solo({})))?.metadata.uid).toBe(first);
      expect((await desire(3, definition, solo({ fixed: "b", size: 1 }))).result).toBe(ApplyResult.APPLIED);
      expect((await story.live(solo({})))?.["spec"]).toEqual({ fixed: "b", size: 1 });
    });

    test("is made again where the cluster has one default, and this is it", async () => {
      const priority = (value: number): KubeObject =>
        object("scheduling.k8s.io/v1", "PriorityClass", app, { value, globalDefault: true });
      await desire(1, priority(1));
      expect((await desire(2, priority(2))).result).toBe(ApplyResult.APPLIED);
      expect(await story.live(priority(0))).toMatchObject({ value: 2, globalDefault: true });
      await remove({ ...priority(0), metadata: { name: app } });
    });

    test("is made again by one whose rights are bound to its name, and not where its content is at fault", async () => {
      const namespace = story.namespace;
      const names = { apiGroups: [""], resources: ["configmaps"], resourceNames: [app] };
      await admin(here(object("v1", "ServiceAccount", app, {})));
      await admin(
        here(object(`${RBAC}/v1`, "Role", app, { rules: [{ ...names, verbs: ["get", "create", "patch", "delete"] }] })),
      );
      await admin(
        here(
          object(`${RBAC}/v1`, "RoleBinding", app, {
            roleRef: { apiGroup: RBAC, kind: "Role", name: app },
            subjects: [{ kind: "ServiceAccount", name: app, namespace }],
          }),
        ),
      );
      await story.declare(app, { recreate: "always", serviceAccount: `${namespace}/${app}` });
      await desire(1, fixed(app, "a"));
      await at(1, ApplyResult.APPLIED); // a binding is in force some moments after it was written
      expect((await desire(2, fixed(app, "b"))).result).toBe(ApplyResult.APPLIED);
      expect(await story.live(fixed(app, ""))).toMatchObject({ data: { value: "b" } });
      const before = (await story.live(fixed(app, "")))?.metadata.uid;
      const invalid = await desire(3, object("v1", "ConfigMap", app, { immutable: true, data: { "a b": "c" } }));
      expect(invalid.result).toBe(ApplyResult.FAILED);
      expect(await story.live(fixed(app, ""))).toMatchObject({ metadata: { uid: before }, data: { value: "b" } });
    });
  },
);
