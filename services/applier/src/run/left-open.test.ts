import { once } from "node:events";
import { createServer } from "node:net";
import type { Socket } from "node:net";

import { ApplyResult, EntryKind, partitionOf, smallProfile } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, startControlPlane } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readAnchor } from "../cluster/anchor-store.ts";
import { anchorName } from "../core/anchor/anchor-document.ts";
import { clusterName } from "../story/story-declarations.fixture.ts";
import { installation, startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const signal = AbortSignal.timeout(400_000);
const HOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/hangs";

const configMap = (name: string, data: JsonObject, rest: JsonObject = {}, metadata: JsonObject = {}): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, ...metadata },
    data,
    ...rest,
  }) as unknown as KubeObject;

/** Takes every connection, and never says a word. */
const startSilence = async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

describe.skipIf(!controlPlaneAvailable)(
  "an intent that is open when its run ends, on a real nats-server and kube-apiserver",
  { timeout: 180_000 },
  () => {
    let controlPlane: ControlPlane;
    let story: Story;
    beforeAll(async () => {
      controlPlane = await startControlPlane();
      story = await startStory({ controlPlane });
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
      await controlPlane?.[Symbol.asyncDispose]();
    });

    const request = async (method: "PATCH" | "DELETE", path: string, body?: JsonObject): Promise<void> => {
      const patch = { "content-type": "application/merge-patch+json" };
      const more = body === undefined ? {} : { headers: patch, body: Buffer.from(JSON.stringify(body)) };
      expect((await story.kube.transport.request({ method, path, ...more }, signal)).status).toBe(200);
    };
    const anchorOf = async (app: string) =>
      (await readAnchor(story.kube, anchorName(installation, partitionOf(clusterName, app, smallProfile)), signal))
        ?.anchor;
    /** Runs without an outcome, and outcomes without a run. */
    const amiss = async (app: string): Promise<readonly string[]> => {
      const open = new Map<string, string>();
      const stray: string[] = [];
      for (const { kind, units } of await story.ledger(app))
        for (const { run, unit } of units) {
          if (kind === EntryKind.INTENT) open.set(run, `${unit?.app} ${run} is open`);
          else if (kind === EntryKind.OUTCOME && !open.delete(run)) stray.push(`${run} ended twice`);
        }
      return [...open.values(), ...stray];
    };
    /** Nothing is open, and the anchor has come as far as the chain. */
    const isWhole = (app: string): Promise<void> =>
      eventually(
        async () => {
          expect(await amiss(app)).toEqual([]);
          expect((await anchorOf(app))?.head?.n).toBe((await story.ledger(app)).at(-1)?.n);
        },
        { timeoutMs: 60_000 },
      );

    /** A neighbour in the partition of an app writes, and that is anchored. */
    const writeBeside = async (app: string): Promise<void> => {
      const partition = partitionOf(clusterName, app, smallProfile);
      const names = Array.from({ length: 100 }, (_, n) => `near-${n}`);
      const near = names.find((name) => partitionOf(clusterName, name, smallProfile) === partition) ?? "";
      const { appUid } = story.unit(near);
      await story.declare(near);
      await story.desire(near, [configMap(near, { beside: app })], 1);
      const isAnchored = async () => expect((await anchorOf(near))?.apps.has(appUid)).toBe(true);
      await eventually(isAnchored, { timeoutMs: 30_000 });
    };

    test("is closed by the next owner, though its neighbours' writes were anchored since", async () => {
      await using silence = await startSilence();
      const app = "slow";
      const hook = {
        name: "hangs.example.com",
        clientConfig: { url: silence.url },
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        timeoutSeconds: 30,
        matchConditions: [{ name: "one", expression: `request.name == "${app}-hangs"` }],
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["configmaps"] }],
      };
      const hooks = {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: "hangs" },
        webhooks: [hook],
      } as unknown as KubeObject;
      await story.kube.serverSideApply({ object: hooks, force: true, dryRun: false, manager: "test" }, signal);
      const first = await story.spawn("one");
      await story.declare(app);
      await story.desire(app, [configMap(`${app}-hangs`, {}), configMap(`${app}-a`, {})], 1);
      await eventually(async () => expect(await story.live(configMap(`${app}-a`, {}))).toBeDefined(), {
        timeoutMs: 30_000,
      });
      await writeBeside(app);
      expect(await amiss(app)).toHaveLength(1);
      await first.end("SIGKILL");
      await request("DELETE", HOOKS);
      await silence[Symbol.asyncDispose]();
      const second = await story.spawn("two");
      const isMade = async () => expect(await story.live(configMap(`${app}-hangs`, {}))).toBeDefined();
      await eventually(isMade, { timeoutMs: 60_000 });
      await isWhole(app);
      await second.end("SIGTERM");
    });

    test("is closed once the bus answers again, where it stood still while the object was made again", async () => {
      const app = "again";
      const fixed = (v: string): KubeObject =>
        configMap(app, { v }, { immutable: true }, { finalizers: ["example.com/held"] });
      const letGo = (): Promise<void> =>
        request("PATCH", `/api/v1/namespaces/${story.namespace}/configmaps/${app}`, { metadata: { finalizers: null } });
      await story.declare(app, { recreate: "always" });
      const applier = await story.spawn("three");
      const fillers = Array.from({ length: 5 }, (_, n) => configMap(`${app}-${n}`, {}));
      await story.desire(app, [...fillers, fixed("a")], 1);
      await story.finished(app, ({ result }) => result === ApplyResult.APPLIED);
      await story.desire(app, [...fillers, fixed("b")], 2);
      const isDying = async () => expect((await story.live(fixed("")))?.metadata.deletionTimestamp).toBeDefined();
      await eventually(isDying, { timeoutMs: 30_000 });
      await writeBeside(app);
      const pids = story.nats.servers.map(({ pid }) => pid);
      for (const pid of pids) process.kill(pid, "SIGSTOP");
      await letGo();
      await eventually(() => expect(applier.log.some((line) => line.includes("lease ended"))).toBe(true), {
        timeoutMs: 60_000,
      });
      for (const pid of pids) process.kill(pid, "SIGCONT");
      await eventually(async () => expect((await story.live(fixed("")))?.["data"]).toEqual({ v: "b" }), {
        timeoutMs: 60_000,
      });
      await isWhole(app);
      await letGo();
      await applier.end("SIGTERM");
    });
  },
);
