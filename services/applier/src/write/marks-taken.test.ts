import { ApplyResult } from "@evenkeel/contracts";
import { APP_LABEL, OWN_ANNOTATIONS, refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, mutatingPolicy } from "@evenkeel/testing";
import type { MutatingPolicyOptions } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { useStory } from "../story/use-story.fixture.ts";
import type { OfTest } from "../story/use-story.fixture.ts";

const signal = AbortSignal.timeout(240_000);
const configMap = (name: string, a: string): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a } }) as unknown as KubeObject;

const removed = (path: string) => `JSONPatch{op: "remove", path: "${path}"}`;
const LABEL = "/metadata/labels/evenkeel.dev~1app";
const ANNOTATION = "/metadata/annotations/evenkeel.dev~1installation";
const PATCHES = {
  "the label off": removed(LABEL),
  "the label to another": `JSONPatch{op: "replace", path: "${LABEL}", value: "0123456789abcdef"}`,
  "the annotation off": removed(ANNOTATION),
  "the annotation to another": `JSONPatch{op: "replace", path: "${ANNOTATION}", value: "elsewhere"}`,
} as const;
type Change = keyof typeof PATCHES;

const MARKED = `has(object.metadata.labels) && 'evenkeel.dev/app' in object.metadata.labels && has(object.metadata.annotations) && 'evenkeel.dev/installation' in object.metadata.annotations`;

describe.skipIf(!controlPlaneAvailable)(
  "our marks taken off by an admission policy, on a real nats-server and kube-apiserver",
  { timeout: 120_000 },
  () => {
    let given: OfTest;
    useStory("label", (of) => (given = of), { declared: {} });

    const live = async (name: string) => given.story.live(configMap(name, ""));
    const isMarked = async (name: string): Promise<void> => {
      const { story, app } = given;
      const { labels, annotations } = (await live(name))?.metadata ?? {};
      expect(labels?.[APP_LABEL]).toBe(story.unit(app).appUid);
      expect(annotations?.[OWN_ANNOTATIONS.installation]).toBe("test-installation");
    };
    const policy = (operations: MutatingPolicyOptions["operations"], change: Change) =>
      mutatingPolicy({
        name: given.app,
        namespace: given.story.namespace,
        operations,
        when: MARKED,
        patches: PATCHES[change],
      }) as unknown as readonly KubeObject[];
    const apply = async (object: KubeObject, dryRun = false): Promise<KubeObject> =>
      (await given.story.kube.serverSideApply({ object, force: true, dryRun, manager: "test" }, signal)).object;
    const bind = async (operations: MutatingPolicyOptions["operations"], change: Change = "the label off") => {
      const { story, app } = given;
      const probe = { name: `${app}-probe`, namespace: story.namespace };
      await apply({ ...configMap(probe.name, "0"), metadata: probe });
      for (const object of policy(operations, change)) await apply(object);
      const labels = { [APP_LABEL]: "probe" };
      const annotations = { [OWN_ANNOTATIONS.installation]: "probe" };
      const name = operations.includes("CREATE") ? `${app}-new-probe` : probe.name;
      const object = { ...configMap(name, "1"), metadata: { ...probe, name, labels, annotations } };
      // The informers of the server's admission have seen the policy when it acts.
      await eventually(
        async () => {
          const { metadata: stored } = await apply(object, true);
          expect({ ...stored.labels, ...stored.annotations }).not.toMatchObject({ ...labels, ...annotations });
        },
        { timeoutMs: 30_000 },
      );
    };
    const unbind = async (): Promise<void> => {
      for (const object of policy([], "the label off").toReversed()) {
        const ref = refOf(object);
        const { uid = "" } = (await given.story.kube.getObject(ref, {}, signal))?.metadata ?? {};
        await given.story.kube.deleteObject(ref, { uid }, {}, signal);
      }
    };

    test("(at CREATE) is told, and put back by the next look", async () => {
      const { story, app } = given;
      await bind(["CREATE"]);
      await story.desire(app, [configMap(app, "1")], 1);
      const failed = await story.finished(app);
      expect(failed).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "AdmissionDenied" } });
      await story.finished(app, ({ result }) => result === ApplyResult.APPLIED);
      await isMarked(app);
      await unbind();
    });

    test.each([
      ["the label off", "stored without its label evenkeel.dev/app", "label evenkeel.dev/app"],
      ["the label to another", "stored with another value of its label evenkeel.dev/app", "label evenkeel.dev/app"],
      [
        "the annotation off",
        "stored without its annotation evenkeel.dev/installation",
        "annotation evenkeel.dev/installation",
      ],
      [
        "the annotation to another",
        "stored with another value of its annotation evenkeel.dev/installation",
        "annotation evenkeel.dev/installation",
      ],
    ] as const)(
      "(%s, at each write) is told with its remedy until the policy leaves it on",
      async (change, words, mark) => {
        const { story, app } = given;
        await bind(["CREATE", "UPDATE"], change);
        await story.desire(app, [configMap(app, "1")], 1);
        expect((await story.finished(app)).failed).toMatchObject([
          {
            ref: { name: app },
            reason: {
              code: "AdmissionDenied",
              message: expect.stringContaining(words),
              remedy: `have the policy or webhook leave ${mark} on`,
            },
          },
        ]);
        const { uid = "" } = (await live(app))?.metadata ?? {};
        expect((await story.inventory(app))?.items).toMatchObject([{ uid, pending: false, record: undefined }]);
        await unbind();
        await eventually(() => isMarked(app), { timeoutMs: 60_000 });
        await story.finished(app, ({ result }) => result === ApplyResult.APPLIED);
      },
    );

    test("(as an object is changed) is told, and its change is there all the same", async () => {
      const { story, app } = given;
      await story.desire(app, [configMap(app, "1")], 1);
      await story.finished(app, ({ result }) => result === ApplyResult.APPLIED);
      await bind(["UPDATE"]);
      await story.desire(app, [configMap(app, "2")], 2);
      const failed = await story.finished(app, ({ result }) => result === ApplyResult.FAILED);
      expect(failed.reason?.message).toContain("was stored without its label");
      expect((await live(app))?.["data"]).toEqual({ a: "2" });
      await unbind();
      await eventually(() => isMarked(app), { timeoutMs: 60_000 });
    });

    // What fails first is tried again where others of the run succeed after it: more than are written at once.
    const others = (a: string): readonly KubeObject[] =>
      Array.from({ length: 40 }, (_, n) => configMap(`plain-${given.app}-${n}`, a));

    test("does not keep what left Git: nobody has taken it from us", async () => {
      const { story, app } = given;
      await bind(["CREATE", "UPDATE"]);
      await story.desire(app, [configMap(app, "1"), ...others("1")], 1);
      const failed = await story.finished(app, ({ result }) => result === ApplyResult.FAILED);
      expect(failed).toMatchObject({ reason: { code: "AdmissionDenied" }, created: 40 });
      await story.desire(app, others("2"), 2);
      await eventually(async () => expect(await live(app)).toBeUndefined(), { timeoutMs: 60_000 });
      await isMarked(`plain-${app}-0`);
      await unbind();
    });

    test("(at CREATE) is put back by the same run where another try is made in it", async () => {
      const { story, app } = given;
      await bind(["CREATE"]);
      await story.desire(app, [configMap(app, "1"), ...others("1")], 1);
      expect(await story.finished(app)).toMatchObject({ result: ApplyResult.APPLIED, created: 41 });
      await isMarked(app);
      await unbind();
    });
  },
);
