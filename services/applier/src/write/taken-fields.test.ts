import { ApplyResult, EntryKind } from "@evenkeel/contracts";
import type { ApplyFinished, TakenField } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { recordingTelemetry } from "@evenkeel/telemetry";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const labels = { app: "x" };
const deployment = (container: JsonObject, spec: JsonObject = {}): KubeObject =>
  ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "x" },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "x", image: "x", ...container }] } },
      ...spec,
    },
  }) as unknown as KubeObject;
const configMap = (data: JsonObject): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data }) as unknown as KubeObject;
const secret = (value: string): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "x" },
    data: { a: Buffer.from(value).toString("base64") },
  }) as unknown as KubeObject;

describe.skipIf(!controlPlaneAvailable)(
  "what a write takes of other managers, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let count = 0;
    let app = "";
    const telemetry = recordingTelemetry("applier");
    beforeAll(async () => {
      story = await startStory();
      await story.start({ telemetry });
    }, 120_000);
    afterAll(async () => story?.[Symbol.asyncDispose]());
    beforeEach(() => void (app = `taken-${(count += 1)}`));

    const own = (given: KubeObject): KubeObject => ({
      ...given,
      metadata: { ...given.metadata, name: app, namespace: story.namespace },
    });
    const applyAs = async (manager: string, given: KubeObject): Promise<void> => {
      const options = { object: own(given), force: true, dryRun: false, manager };
      await story.kube.serverSideApply(options, AbortSignal.timeout(10_000));
    };
    const desire = async (seq: number, given: KubeObject): Promise<ApplyFinished> => {
      await story.desire(app, [own(given)], seq);
      return story.finished(app, ({ version }) => version?.sources[0]?.seq === BigInt(seq));
    };
    const takenIn = async (seq: number) =>
      (await story.ledger(app))
        .filter(({ kind }) => kind === EntryKind.OUTCOME)
        .flatMap(({ units }) => units)
        .filter(({ version }) => version?.sources[0]?.seq === BigInt(seq))
        .flatMap(({ writes }) => writes.flatMap(({ taken }) => taken));
    const lines = () =>
      telemetry.logs.filter((line) => line["msg"] === "fields of other managers taken" && line["app"] === app);

    test.each<readonly [string, KubeObject, KubeObject, KubeObject, Pick<TakenField, "path" | "before" | "after">]>([
      [
        "a value",
        configMap({ b: "1" }),
        configMap({ a: "1" }),
        configMap({ a: "2", b: "1" }),
        { path: "data.a", before: '"1"', after: '"2"' },
      ],
      [
        "a count",
        deployment({}),
        deployment({}, { replicas: 3 }),
        deployment({}, { replicas: 5 }),
        { path: "spec.replicas", before: "3", after: "5" },
      ],
      [
        "a choice beside another one",
        deployment({}),
        deployment({ livenessProbe: { tcpSocket: { port: 80 } } }),
        deployment({ livenessProbe: { exec: { command: ["true"] } } }),
        {
          path: "spec.template.spec.containers[name=x].livenessProbe.tcpSocket.port",
          before: "80",
          after: "",
        },
      ],
      [
        "a value of a Secret",
        secret("before"),
        secret("hunter2-theirs"),
        secret("hunter2-ours"),
        { path: "data.a", before: "(secret)", after: "(secret)" },
      ],
    ])(
      "%s that onConflict: take takes is in the ledger, and in one line",
      async (_title, first, theirs, ours, field) => {
        await story.declare(app, { onConflict: "take" });
        await desire(1, first);
        await applyAs("operator", theirs);
        expect(await desire(2, ours)).toMatchObject({ result: ApplyResult.APPLIED });
        const taken = await takenIn(2);
        expect(taken).toEqual([{ ...field, manager: "operator" }]);
        expect(lines()).toMatchObject([{ managers: "operator", fields: expect.stringContaining(field.path) }]);
        const entries = JSON.stringify(await story.ledger(app), (_key, value: unknown) =>
          typeof value === "bigint" ? String(value) : value,
        );
        for (const text of [entries, JSON.stringify(telemetry.logs)]) {
          expect(text).not.toContain("hunter2");
          expect(text).not.toContain(Buffer.from("hunter2").toString("base64").slice(0, 8));
        }
      },
    );

    test("what a takeover takes is there too, and what an object of ours is applied with is not", async () => {
      await story.declare(app, { adopt: "takeover" });
      await applyAs("kubectl", configMap({ a: "1", b: "1", gone: "1" }));
      await desire(1, configMap({ a: "2", b: "1" }));
      expect(await takenIn(1)).toEqual([
        { path: "data.a", manager: "kubectl", before: '"1"', after: '"2"' },
        { path: "data.b", manager: "kubectl", before: '"1"', after: '"1"' },
        { path: "data.gone", manager: "kubectl", before: '"1"', after: "" },
      ]);
      await desire(2, configMap({ a: "3", b: "1" }));
      expect(await takenIn(2)).toEqual([]);
      expect(lines()).toHaveLength(1);
    });

    test("what others had of an object that is made again is told, as it is gone with it", async () => {
      const fixed = (value: string): KubeObject => ({ ...configMap({ a: value }), immutable: true });
      await story.declare(app, { recreate: "always" });
      await desire(1, fixed("1"));
      const uid = "11111111-1111-1111-1111-111111111111";
      await applyAs("team-tool", {
        ...configMap({}),
        metadata: {
          name: "",
          labels: { team: "x" },
          annotations: { note: "y" },
          ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "theirs", uid }],
        },
      });
      expect(await desire(2, fixed("2"))).toMatchObject({ result: ApplyResult.APPLIED });
      const taken = await takenIn(2);
      expect(taken.every(({ manager, after }) => manager === "team-tool" && after === "")).toBe(true);
      expect(taken.map(({ path, before }) => `${path}: ${before}`)).toEqual(
        expect.arrayContaining([
          'metadata.labels.team: "x"',
          'metadata.annotations.note: "y"',
          expect.stringMatching(/^metadata\.ownerReferences\[.*: .*theirs/),
        ]),
      );
    });

    test("what others had before Git named it the same is taken when it leaves Git, and told by its manager", async () => {
      await story.declare(app);
      await desire(1, configMap({ a: "1" }));
      await applyAs("kubectl", configMap({ b: "1" }));
      await desire(2, configMap({ a: "1", b: "1" }));
      expect(await takenIn(2)).toEqual([]);
      await story.declare(app, { onConflict: "take" });
      await desire(3, configMap({ a: "1" }));
      expect(await takenIn(3)).toEqual([{ path: "data.b", manager: "kubectl", before: '"1"', after: "" }]);
    });
  },
);
