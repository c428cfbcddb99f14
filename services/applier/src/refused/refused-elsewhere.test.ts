import { ApplyResult } from "@evenkeel/contracts";
import { refOf } from "@evenkeel/resource";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { Story } from "../story/story-parts.fixture.ts";
import { useStory } from "../story/use-story.fixture.ts";

const service = (name: string, nodePort?: number): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { type: "NodePort", ports: [{ port: 80, protocol: "TCP", ...(nodePort === undefined ? {} : { nodePort }) }] },
});
const configMap = (name: string): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

describe.skipIf(!controlPlaneAvailable)(
  "a refusal whose cause lies elsewhere, on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    let app = "";
    useStory("elsewhere", (given) => ({ story, app } = given), { declared: { allowedClusterKinds: ["*"] } });
    const signal = (): AbortSignal => AbortSignal.timeout(10_000);
    const placed = (object: KubeObject): KubeObject => ({
      ...object,
      metadata: { namespace: story.namespace, ...object.metadata },
    });
    const make = async (object: KubeObject): Promise<KubeObject> => {
      const options = { object: placed(object), force: true, dryRun: false, manager: "other" };
      return (await story.kube.serverSideApply(options, signal())).object;
    };
    const remove = async ({ apiVersion, kind, metadata }: KubeObject): Promise<void> => {
      const { uid = "" } = metadata;
      await story.kube.deleteObject(refOf({ apiVersion, kind, metadata }), { uid }, {}, signal());
    };
    const setStatus = (path: string, status: JsonObject) =>
      story.kube.transport.request(
        {
          method: "PATCH",
          path,
          headers: { "content-type": "application/merge-patch+json" },
          body: Buffer.from(JSON.stringify({ status })),
        },
        signal(),
      );
    const applied = () => story.finished(app, ({ result }) => result === ApplyResult.APPLIED);

    test("is looked at again: a node port that is taken, and free later", async () => {
      const taken = await make(service(`${app}-other`, 30_901));
      await story.desire(app, [service(app, 30_901)], 1);
      const refused = await story.finished(app);
      expect(refused).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "ObjectInvalid" } });
      expect(refused.reason?.message).toContain("provided port is already allocated");
      await remove(taken);
      await applied();
    });

    test("is looked at again: a node port that an update asks for, under recreate: always, without replacing", async () => {
      const taken = await make(service(`${app}-other`, 30_902));
      await story.declare(app, { recreate: "always" });
      await story.desire(app, [service(app)], 1);
      await applied();
      const before = (await story.live(service(app)))?.metadata.uid;
      const from = story.heard.length;
      await story.desire(app, [service(app, 30_902)], 2);
      const refused = await story.finished(app, () => true, from);
      expect(refused.reason?.code).toBe("ObjectInvalid");
      await remove(taken);
      await story.finished(app, ({ result }) => result === ApplyResult.APPLIED, from);
      expect((await story.live(service(app)))?.metadata.uid).toBe(before);
    });

    test("is looked at again at once when another object of the plan has made room", async () => {
      await story.desire(app, [service(`${app}-b`, 30_903), service(`${app}-c`, 30_904)], 1);
      await applied();
      const from = story.heard.length;
      // Each takes the port that the next one leaves.
      const chain = [service(`${app}-a`, 30_903), service(`${app}-b`, 30_904), service(`${app}-c`, 30_905)];
      await story.desire(app, chain, 2);
      const fact = await story.finished(app, () => true, from);
      expect([fact.reason?.message, fact]).toMatchObject([
        undefined,
        {
          result: ApplyResult.APPLIED,
          created: 1,
          updated: 2,
        },
      ]);
    });

    test("is looked at again: a quota that is used up, and raised later", async () => {
      const namespace = `${story.namespace}-${app}`;
      await story.declare(app, { allowedNamespaces: [namespace], allowedClusterKinds: ["*"] });
      await make({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
      const quota = (hard: number): KubeObject => ({
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "few", namespace },
        spec: { hard: { "count/secrets": String(hard) } },
      });
      const path = `/api/v1/namespaces/${namespace}/resourcequotas/few/status`;
      const at = (hard: number) => ({ hard: { "count/secrets": String(hard) }, used: { "count/secrets": "0" } });
      await make(quota(0));
      await setStatus(path, at(0));
      const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: app, namespace } };
      await story.desire(app, [secret, { ...configMap(`${app}-a`), metadata: { name: `${app}-a`, namespace } }], 1);
      const refused = await story.finished(app, ({ result }) => result === ApplyResult.FAILED);
      expect(refused).toMatchObject({ created: 1, reason: { code: "QuotaExceeded" } });
      await make(quota(1));
      await setStatus(path, at(1));
      await applied();
    });

    test("is looked at again: a PriorityClass that a Pod names, and that comes later", async () => {
      const priorityClassName = `${story.namespace}-later`;
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: app },
        spec: { priorityClassName, containers: [{ name: "x", image: "x" }] },
      };
      await story.desire(app, [pod], 1);
      const refused = await story.finished(app);
      expect(refused).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "AdmissionDenied" } });
      const options = { force: true, dryRun: false, manager: "other" };
      const made = {
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name: priorityClassName },
        value: 1,
      };
      await story.kube.serverSideApply({ object: made, ...options }, signal());
      await applied();
    });
  },
);
