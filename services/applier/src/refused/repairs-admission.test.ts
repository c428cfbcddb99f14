import { once } from "node:events";
import { createServer } from "node:https";
import { json } from "node:stream/consumers";

import { ApplyResult } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, makeAuthority } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { Story } from "../story/story-parts.fixture.ts";
import { useStory } from "../story/use-story.fixture.ts";

const GROUP = "admissionregistration.k8s.io";

/** A webhook that allows everything, on loopback TLS. */
const startWebhook = async () => {
  const authority = makeAuthority();
  const { certPem, keyPem } = authority.serverCertificate();
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    const answer = async (): Promise<void> => {
      const { request: asked } = (await json(request)) as { readonly request: { readonly uid: string } };
      const told = { uid: asked.uid, allowed: true };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: told }));
    };
    answer().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`;
  return {
    url,
    caBundle: Buffer.from(authority.certPem).toString("base64"),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

describe.skipIf(!controlPlaneAvailable)(
  "a commit that repairs admission, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let app = "";
    useStory("admission", (given) => ({ story, app } = given), { declared: { allowedClusterKinds: ["*"] } });

    const configMap = (a: string): KubeObject => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `${app}-a`, labels: { guarded: app } },
      data: { a },
    });
    const only = (): JsonObject => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": story.namespace } },
      objectSelector: { matchLabels: { guarded: app } },
    });
    const rules = [
      { operations: ["CREATE", "UPDATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] },
    ];
    const dead = { url: "https://127.0.0.1:1/" };
    const webhooks = (over: JsonObject = {}, kind = "ValidatingWebhookConfiguration"): KubeObject =>
      ({
        apiVersion: `${GROUP}/v1`,
        kind,
        metadata: { name: `${story.namespace}-${app}` },
        webhooks: [
          {
            name: `${app}.example.com`,
            clientConfig: dead,
            rules,
            sideEffects: "None",
            admissionReviewVersions: ["v1"],
            failurePolicy: "Fail",
            ...only(),
            ...over,
          },
        ],
      }) as unknown as KubeObject;
    const policy = (expression: string): KubeObject =>
      ({
        apiVersion: `${GROUP}/v1`,
        kind: "ValidatingAdmissionPolicy",
        metadata: { name: `${story.namespace}-${app}` },
        spec: { matchConstraints: { resourceRules: rules, ...only() }, validations: [{ expression }] },
      }) as unknown as KubeObject;
    const binding = (...validationActions: string[]): KubeObject => ({
      apiVersion: `${GROUP}/v1`,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: `${story.namespace}-${app}` },
      spec: { policyName: `${story.namespace}-${app}`, validationActions },
    });

    const applied = (seq: number, ...objects: readonly KubeObject[]) =>
      story
        .desire(app, objects, seq)
        .then(() =>
          story.finished(
            app,
            ({ version, result }) => version?.sources[0]?.seq === BigInt(seq) && result === ApplyResult.APPLIED,
          ),
        );
    /** What is refused says so on the server too: the informers of its admission have seen the object. */
    const refuses = async (): Promise<void> => {
      const probe = configMap("probe");
      const object = { ...probe, metadata: { ...probe.metadata, name: `${app}-probe`, namespace: story.namespace } };
      const options = { object, force: true, dryRun: true, manager: "test" };
      while (
        await story.kube.serverSideApply(options, AbortSignal.timeout(10_000)).then(
          () => true,
          () => false,
        )
      );
    };
    const data = async (): Promise<unknown> => (await story.live(configMap("")))?.["data"];

    test.each<[string, JsonObject]>([
      ["ignores that it does not answer", { failurePolicy: "Ignore" }],
      ["asks it about other kinds", { rules: [{ ...rules[0], resources: ["secrets"] }] }],
      ["leaves the objects out", { objectSelector: { matchLabels: { guarded: "never", tier: "none" } } }],
      ["leaves them out by a condition", { matchConditions: [{ name: "never", expression: "false" }] }],
    ])("is applied where it %s", async (_title, over) => {
      await applied(1, configMap("1"), webhooks());
      await refuses();
      await applied(2, configMap("2"), webhooks(over));
      expect(await data()).toEqual({ a: "2" });
    });

    test("is applied where it calls another address, with another authority", async () => {
      await using good = await startWebhook();
      const caBundle = Buffer.from(makeAuthority().certPem).toString("base64");
      await applied(1, configMap("1"), webhooks({ clientConfig: { url: good.url, caBundle } }));
      await refuses();
      await applied(2, configMap("2"), webhooks({ clientConfig: { url: good.url, caBundle: good.caBundle } }));
      expect(await data()).toEqual({ a: "2" });
    });

    test("is applied where a mutating webhook is taken out of the configuration", async () => {
      await applied(1, configMap("1"), webhooks({}, "MutatingWebhookConfiguration"));
      await refuses();
      const none = { ...webhooks({}, "MutatingWebhookConfiguration"), webhooks: [] };
      await applied(2, configMap("2"), none);
      expect(await data()).toEqual({ a: "2" });
    });

    test("is applied where the configuration is renamed webhook by webhook, which is neither looser nor tighter", async () => {
      await applied(1, configMap("1"), webhooks());
      await refuses();
      await applied(2, configMap("2"), webhooks({ name: `new.${app}.example.com`, failurePolicy: "Ignore" }));
      expect(await data()).toEqual({ a: "2" });
    });

    test("is applied where the whole configuration is taken out of Git", async () => {
      await applied(1, configMap("1"), webhooks());
      await refuses();
      await applied(2, configMap("2"));
      expect(await data()).toEqual({ a: "2" });
      expect(await story.live(webhooks())).toBeUndefined();
    });

    test.each<[string, () => readonly [KubeObject, KubeObject]]>([
      ["binding only warns", () => [policy("object.data.a == '1'"), binding("Warn")]],
      ["policy says something else", () => [policy("object.data.a == '2'"), binding("Deny")]],
    ])("is applied where a policy's %s", async (_title, changed) => {
      await applied(1, configMap("1"), policy("object.data.a == '1'"), binding("Deny"));
      await refuses();
      await applied(2, configMap("2"), ...changed());
      expect(await data()).toEqual({ a: "2" });
    });

    test("keeps what tightens for the end: it does not refuse the very objects that it comes with", async () => {
      await applied(1, configMap("1"), webhooks({ failurePolicy: "Ignore" }));
      await applied(2, configMap("2"), webhooks());
      expect(await data()).toEqual({ a: "2" });
    });

    test("is not needed by what a failing webhook has no say in: that goes on, and the rest is named", async () => {
      await applied(1, configMap("1"), webhooks());
      await refuses();
      const free = { ...configMap("1"), metadata: { name: `${app}-free` } };
      await story.desire(app, [configMap("2"), free, webhooks()], 2);
      const fact = await story.finished(app, ({ result }) => result === ApplyResult.FAILED);
      expect(fact).toMatchObject({ created: 1, reason: { code: "ApiUnavailable" } });
      expect(fact.failed.map(({ ref }) => ref?.name)).toEqual([`${app}-a`]);
      expect(await story.live(free)).toBeDefined();
    });
  },
);
