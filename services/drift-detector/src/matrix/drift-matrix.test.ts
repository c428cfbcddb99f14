import { randomUUID } from "node:crypto";

import { claimLeft, isOwnedBy } from "@evenkeel/apply";
import { decideDrift, decideEvent, recordOf } from "@evenkeel/drift";
import { listWatch } from "@evenkeel/kube";
import type { Kube, KubeTransport } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { admissionCases } from "./admission-cases.fixture.ts";
import { customCases } from "./custom-cases.fixture.ts";
import { openEditor } from "./editor.fixture.ts";
import { lateCases, lateDefinitions } from "./late-cases.fixture.ts";
import { configMap, deployment, widget, widgetDefinition } from "./manifests.fixture.ts";
import { objectCases } from "./object-cases.fixture.ts";
import { podCases } from "./pod-cases.fixture.ts";
import { bodyOf, runCase } from "./run-case.fixture.ts";
import { matrixTargets } from "./target.fixture.ts";
import { workloadCases } from "./workload-cases.fixture.ts";

const cases = [...workloadCases, ...podCases, ...objectCases, ...customCases, ...admissionCases, ...lateCases];

describe.each(matrixTargets)("the drift matrix on $name", (target) => {
  const signal = AbortSignal.timeout(240_000);
  const namespace = `matrix-${randomUUID().slice(0, 8)}`;
  let kube: Kube;
  const apply = (object: KubeObject, dryRun = false) => kube.serverSideApply({ object, force: false, dryRun }, signal);
  const probe = ({ apiVersion, kind }: KubeObject): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: "probe", namespace },
  });

  beforeAll(async () => {
    if (!target.available) return;
    kube = await target.open(signal);
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    for (const definition of [widgetDefinition, ...lateDefinitions]) await apply(definition);
    const kinds = [widget("probe", {}), ...["Gauge", "Meter"].map((kind) => ({ ...widget("probe", {}), kind }))];
    await eventually(
      async () => {
        await kube.discovery.refresh(signal);
        await Promise.all(kinds.map((object) => apply(probe(object), true)));
      },
      { timeoutMs: 30_000, intervalMs: 100 },
    );
    await target.admit(kube, namespace, signal);
  }, 120_000);
  afterAll(async () => {
    await kube?.[Symbol.asyncDispose]();
  });

  const onTarget = test.skipIf(!target.available);

  onTarget.each(cases.map((row) => [row.id, row.title, row] as const))(
    "%s %s",
    async (_id, _title, row) => {
      const found = await runCase(kube, row, namespace, signal);
      expect(found.verdict).toBe(row.expected);
      if (row.expected === "IN_SYNC" && row.dryDiffers !== true) expect(found.dry).toBe("IN_SYNC");
      if (row.dryDiffers === true) expect(found.dry).not.toBe("IN_SYNC");
      if (row.candidate !== undefined) expect(found.candidate).toBe(row.candidate);
      if (row.paths !== undefined) expect(found.paths).toEqual(expect.arrayContaining([...row.paths]));
      if (row.managers !== undefined) expect(found.managers).toEqual(row.managers);
    },
    30_000,
  );

  onTarget("D59c an operator copies our labels and annotations: not ours", async () => {
    const owner = { appUid: "matrix", installation: "matrix" };
    const { object } = await apply(bodyOf(configMap("d59c"), namespace));
    expect(isOwnedBy(object, owner)).toBe(true);
    const copy = { ...configMap("d59c-copy"), metadata: { ...object.metadata, name: "d59c-copy" } };
    const { managedFields: _ours, uid: _uid, resourceVersion: _version, ...metadata } = copy.metadata;
    const made = { ...copy, metadata: { ...metadata } };
    await openEditor(kube, made, signal).create(made, "operator");
    const live = await kube.getObject(refOf(made), {}, signal);
    expect(live === undefined ? undefined : isOwnedBy(live, owner)).toBe(false);
  });

  onTarget("D60 a watch gap with a version too old: deleted and made again is found by the list", async () => {
    const seen: string[] = [];
    const ended = new AbortController();
    const editor = openEditor(kube, bodyOf(configMap("d60"), namespace), signal);
    await editor.create(editor.manifest);
    const { uid } = (await editor.read()).metadata;
    let cut: (() => void) | undefined;
    let expired = false;
    const gaps: KubeTransport = {
      ...kube.transport,
      stream: async (request, until) => {
        // After the gap the server is asked to go on from a version that it has long forgotten.
        const path = expired ? request.path.replace(/resourceVersion=\d+/, "resourceVersion=1") : request.path;
        expired = false;
        const broken = new AbortController();
        const stream = await kube.transport.stream({ ...request, path }, AbortSignal.any([until, broken.signal]));
        cut = () => void stream[Symbol.asyncDispose]();
        return stream;
      },
    };
    const resource = await kube.resourceOf({ group: "", kind: "ConfigMap" }, signal);
    const watching = listWatch(
      gaps,
      { resource, namespace, rng: { chance: () => 0.5 }, clock: { sleep: async () => undefined, monotonic: () => 0 } },
      {
        onObject: (type, object) => {
          if (object.metadata.name === "d60") seen.push(`${type} ${object.metadata.uid === uid ? "first" : "second"}`);
        },
        onGone: (gone) => void (gone.name === "d60" && seen.push("gone")),
      },
      AbortSignal.any([signal, ended.signal]),
    );
    try {
      await eventually(() => cut !== undefined && seen.length > 0);
      expired = true;
      await editor.remove();
      await editor.create(editor.manifest);
      cut?.();
      await eventually(() => seen.some((event) => event.endsWith("second")), { timeoutMs: 20_000 });
      expect(seen[0]).toBe("LISTED first");
      expect(seen.at(-1)).toMatch(/second$/);
    } finally {
      ended.abort();
      await watching;
    }
  });

  onTarget("D62 made by client-side apply, a field removed in Git: pruned once the entry is migrated", async () => {
    const env = (...names: readonly string[]): JsonObject => ({ env: names.map((name) => ({ name, value: "1" })) });
    const made = deployment("d62", { container: env("A", "B") });
    const theirs = { ...made, metadata: { name: "d62", namespace } };
    const editor = openEditor(kube, theirs, signal);
    await editor.create(theirs, "kubectl-client-side-apply");
    const envOf = (object: KubeObject): unknown =>
      JSON.parse(JSON.stringify(object))["spec"].template.spec.containers[0].env.map(
        (item: { name: string }) => item.name,
      );
    const before = bodyOf(made, namespace);
    const body = bodyOf(deployment("d62", { container: env("A") }), namespace);
    const force = { force: true, dryRun: false };
    await kube.serverSideApply({ object: before, ...force }, signal);
    const plain = await kube.serverSideApply({ object: body, ...force }, signal);
    expect(envOf(plain.object)).toEqual(["A", "B"]);
    const { resourceVersion = "" } = plain.object.metadata;
    const managedFields = claimLeft(before, body, plain.object, []) ?? [];
    await kube.writeManagedFields(refOf(theirs), { managedFields, resourceVersion }, {}, signal);
    const pruned = await kube.serverSideApply({ object: body, ...force }, signal);
    expect(envOf(pruned.object)).toEqual(["A"]);
    const record = recordOf(pruned.object, body, { desired: "d", hashKey: "matrix" });
    const judge = { hashKey: "matrix", masks: new Map(), versionsOrdered: true };
    expect(decideEvent(record, await editor.read(), judge).kind).not.toBe("candidate");
    await editor.merge({ metadata: { annotations: { theirs: "x" } } });
    const live = await editor.read();
    const dry = await kube.serverSideApply({ object: body, force: true, dryRun: true }, signal);
    const judged = decideDrift({ record, body, dry: dry.object, live, hashKey: "matrix" });
    expect(judged.verdict).toBe("IN_SYNC");
  });
});
