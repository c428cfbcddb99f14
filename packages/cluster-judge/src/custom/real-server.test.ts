import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";
import { beforeAll, describe, expect, test } from "vitest";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { textOf } from "@evenkeel/embedded-cluster/internals/kinds/validation/read-value";
import { builtinModel } from "@evenkeel/embedded-cluster/internals/schema/builtin-model";
import { crdStrategy } from "@evenkeel/embedded-cluster/internals/custom/crd-strategy";
import { createLocally, type Outcome, updateLocally } from "./answer-locally.ts";
import { type AskRealServer, askRealServer } from "./ask-real-server.fixture.ts";
import { mutatedCrd } from "./random-crd.ts";
import { mutated, randomValue, seeded } from "./random-resource.ts";
import { realOutcome } from "./real-outcome.ts";
import { crdPath, servedLocally, serveForReal } from "./served-crd.fixture.ts";
import { looseForm, renamed, shapes } from "./shapes.ts";

const seed = 20_261_123;
const each = shapes.map((crd) => [(crd["spec"] as { names: { plural: string } }).names.plural, crd] as const);
const crdKind = {
  strategy: crdStrategy,
  model: builtinModel({ group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition" }),
  namespaced: false,
};

const nameOf = (object: LiveObject): string => textOf(object.metadata["name"]);

const withoutMetadata = (object: Readonly<ValueMap>): ValueMap => {
  const { metadata: _, ...rest } = object;
  return rest;
};

/** Of several malformed embedded resources the server tells any. */
const comparable = (outcome: Outcome): unknown =>
  outcome.kind === "refused" && outcome.status === 400 ? { ...outcome, causes: "any" } : outcome;

describe.skipIf(!controlPlaneAvailable)("as a real API server answers", { timeout: 60_000 }, () => {
  let ask: AskRealServer;

  // All at once, for the server takes a second and more until it serves a new kind.
  beforeAll(async () => {
    ask = askRealServer(await sharedControlPlane());
    const all = shapes.flatMap((crd) => [crd, looseForm(renamed(crd, "u")), renamed(crd, "w")]);
    await Promise.all(all.map((crd) => serveForReal(ask, crd)));
  }, 120_000);

  test.each(each)("random objects of the kind %s are created or refused", async (_plural, crd) => {
    const { kind, schema, path } = servedLocally(crd);
    const random = seeded(seed);
    for (let index = 0; index < 60; index += 1) {
      const made = randomValue(schema, random) as ValueMap;
      const body = { ...made, apiVersion: `${kind.group}/v1`, kind: kind.kind, metadata: { name: "probe" } };
      const real = realOutcome(await ask("POST", `${path}?dryRun=All&fieldValidation=Warn`, body));
      expect({ body, outcome: comparable(createLocally(kind, body)) }).toEqual({ body, outcome: comparable(real) });
    }
  });

  test.each(each)("objects older than the schema of %s are read, and updated with ratcheting", async (_plural, crd) => {
    const strict = renamed(crd, "u");
    const { kind, schema, path } = servedLocally(strict);
    const random = seeded(seed + 1);
    const stored: LiveObject[] = [];
    for (let index = 0; index < 12; index += 1) {
      const made = randomValue(schema, random) as ValueMap;
      const metadata = { name: `o${index}` };
      const answer = await ask("POST", path, { ...made, apiVersion: `${kind.group}/v1`, kind: kind.kind, metadata });
      if (answer.status === 201) stored.push(answer.body as LiveObject);
    }
    const crdAt = `${crdPath}/${nameOf(strict)}`;
    const { body: live } = await ask("GET", crdAt);
    expect((await ask("PUT", crdAt, { ...strict, metadata: live["metadata"] as Value })).status).toBe(200);

    const at = (object: LiveObject): string => `${path}/${nameOf(object)}`;
    for (const [index, object] of stored.entries()) {
      const expected = structuredClone(object);
      kind.model.refreshStored?.(expected);
      const read = async (): Promise<LiveObject> => (await ask("GET", at(object))).body as LiveObject;
      // The first read waits for the new schema to be served.
      const settled = async (): Promise<void> =>
        expect(withoutMetadata(await read())).toEqual(withoutMetadata(expected));
      await (index === 0 ? eventually(settled) : settled());
      const old = await read();
      for (let turn = 0; turn < 4; turn += 1) {
        const changed = turn === 0 ? withoutMetadata(old) : (mutated(withoutMetadata(old), schema, random) as ValueMap);
        const body = { ...changed, apiVersion: old.apiVersion, kind: old.kind, metadata: old.metadata };
        const real = realOutcome(await ask("PUT", `${at(object)}?dryRun=All`, body), true);
        const local = updateLocally(kind, body, old);
        expect({ old, body, outcome: comparable(local) }).toEqual({ old, body, outcome: comparable(real) });
      }
    }
  });

  test.each(each)("random changes of the CRD of %s are created or refused", async (_plural, crd) => {
    const random = seeded(seed + 2);
    for (let index = 0; index < 40; index += 1) {
      const body = mutatedCrd(renamed(crd, "n"), random);
      const answer = await ask("POST", `${crdPath}?dryRun=All&fieldValidation=Warn`, body);
      const local = createLocally(crdKind, structuredClone(body));
      // The server panics at some lists of item schemas, and hangs up.
      if (answer.status !== 0) expect({ body, outcome: local }).toEqual({ body, outcome: realOutcome(answer) });
    }
  });

  test.each(each)("random updates of the CRD of %s are made or refused", async (_plural, crd) => {
    const known = renamed(crd, "w");
    const at = `${crdPath}/${nameOf(known)}`;
    const old = (await ask("GET", at)).body as LiveObject;
    const random = seeded(seed + 3);
    for (let index = 0; index < 30; index += 1) {
      const body = { ...mutatedCrd(known, random), metadata: old.metadata };
      const answer = await ask("PUT", `${at}?dryRun=All&fieldValidation=Warn`, body);
      const local = updateLocally(crdKind, structuredClone(body), old);
      if (answer.status !== 0) expect({ body, outcome: local }).toEqual({ body, outcome: realOutcome(answer, true) });
    }
  });
});
