import { ApplyResult } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { APP_LABEL } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { Story } from "../story/story-parts.fixture.ts";
import { useStory } from "../story/use-story.fixture.ts";

const object = (apiVersion: string, kind: string, rest: JsonObject, metadata: JsonObject = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name: "one", ...metadata }, ...rest }) as KubeObject;
const secret = (rest: JsonObject): KubeObject => object("v1", "Secret", rest);
const configMap = (rest: JsonObject, metadata: JsonObject = {}): KubeObject =>
  object("v1", "ConfigMap", rest, metadata);
const labels = { app: "x" };
const deployment = (container: JsonObject, spec: JsonObject = {}): KubeObject =>
  object("apps/v1", "Deployment", {
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "x", image: "x", ...container }] } },
      ...spec,
    },
  });
const requests = (cpu: string, memory: string): JsonObject => ({ resources: { requests: { cpu, memory } } });
const role = (rest: JsonObject): KubeObject =>
  object("rbac.authorization.k8s.io/v1", "Role", {
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    ...rest,
  });

describe.skipIf(!controlPlaneAvailable)(
  "adopt: if-equal, on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    let app = "";
    useStory("adopt", (given) => ({ story, app } = given), { declared: { adopt: "if-equal" } });
    const own = (given: KubeObject): KubeObject => ({ ...given, metadata: { ...given.metadata, name: app } });
    const make = async (given: KubeObject): Promise<void> => {
      const made = own(given);
      const body = { ...made, metadata: { ...made.metadata, namespace: story.namespace } };
      const options = { object: body, force: true, dryRun: false, manager: "kubectl" };
      await story.kube.serverSideApply(options, AbortSignal.timeout(10_000));
    };

    test.each<[string, KubeObject, KubeObject]>([
      ["the very same", configMap({ data: { a: "1" } }), configMap({ data: { a: "1" } })],
      ["stringData for data", secret({ data: { a: "MQ==" } }), secret({ stringData: { a: "1" } })],
      ["data that is null", configMap({}), configMap({ data: null })],
      [
        "labels and annotations that are null",
        configMap({ data: { a: "1" } }),
        configMap({ data: { a: "1" } }, { labels: null, annotations: null }),
      ],
      ["quantities in other words", deployment(requests("1", "1Gi")), deployment(requests("1000m", "1024Mi"))],
      [
        "less than the server filled in",
        deployment(
          { imagePullPolicy: "Always", terminationMessagePath: "/dev/termination-log" },
          { replicas: 1, revisionHistoryLimit: 10 },
        ),
        deployment({}),
      ],
      ["a member that is null", deployment({}), deployment({ resources: null })],
      [
        "a port without its protocol",
        object("v1", "Service", { spec: { ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] } }),
        object("v1", "Service", { spec: { ports: [{ port: 80 }] } }),
      ],
      ["less than others have added", configMap({ data: { a: "1", b: "2" } }), configMap({ data: { a: "1" } })],
      ["status, which is not applied", deployment({}), { ...deployment({}), status: { replicas: 9 } } as KubeObject],
      ["an empty list for none", role({ rules: [] }), role({ rules: null })],
    ])("takes what is equal: %s", async (_title, live, desired) => {
      await make(live);
      await story.desire(app, [own(desired)], 1);
      const fact = await story.finished(app);
      expect(fact).toMatchObject({ result: ApplyResult.APPLIED, updated: 1 });
      expect((await story.live(own(desired)))?.metadata.labels?.[APP_LABEL]).toBe(story.unit(app).appUid);
    });

    test.each<[string, KubeObject, KubeObject, string]>([
      ["a value", configMap({ data: { a: "1" } }), configMap({ data: { a: "2" } }), "in data.a (written by kubectl)"],
      ["a key more", configMap({ data: { a: "1" } }), configMap({ data: { a: "1", b: "2" } }), "in data.b"],
      [
        "a label more",
        configMap({ data: { a: "1" } }),
        configMap({ data: { a: "1" } }, { labels }),
        "in metadata.labels",
      ],
      [
        "a default",
        deployment({ imagePullPolicy: "Never" }),
        deployment({ imagePullPolicy: "Always" }),
        "imagePullPolicy",
      ],
      [
        "a Secret's value, which is not told",
        secret({ data: { a: "MQ==" } }),
        secret({ stringData: { a: "hunter2" } }),
        "in data.a",
      ],
      [
        "what cannot be changed",
        secret({ type: "a.b/c" }),
        secret({ type: "a.b/d" }),
        "the server refuses what is desired",
      ],
    ])("refuses what differs in %s, and leaves it as it is", async (_title, live, desired, words) => {
      await make(live);
      const before = await story.live(own(live));
      await story.desire(app, [own(desired)], 1);
      const fact = await story.finished(app);
      expect(fact).toMatchObject({ result: ApplyResult.HELD, reason: { code: "OwnershipConflict" } });
      expect(fact.reason?.message).toContain(words);
      expect(fact.reason?.message).not.toContain("hunter2");
      expect(await story.live(own(live))).toEqual(before);
      // The remedy: Git is made equal.
      await story.desire(app, [own(live)], 2);
      await story.finished(app, ({ result }) => result === ApplyResult.APPLIED);
    });
  },
);
