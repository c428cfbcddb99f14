import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import type { JsonObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { createEmbeddedCluster } from "../../embedded-cluster.ts";
import { copyOf } from "../../json.ts";
import type { Value, ValueMap } from "../../json.ts";
import { comparableAnswer, differences } from "./comparison/differences.ts";
import { type Answered, type Ask, askEmbedded, askReal, type Asked } from "./comparison/exchange.fixture.ts";
import { type Sample, samples } from "./comparison/manifests.ts";
import { extras, mutateOnce, randomFrom } from "./comparison/mutate.ts";

/** Seeds a sample object; any number can be tried by hand. */
const ROUNDS = 12;

/**
 * Differences that a decoded body cannot avoid: it no longer tells "empty" from "nothing" where the server's validation
 * still does, and the server panics over some Jobs.
 */
const isKnown = (real: Answered, asked: string): boolean =>
  real.status === 0 || /"(?:policies|labels)":(?:\[\]|\{\})/.test(asked);

const withName = (object: JsonObject, name: string): ValueMap => {
  const named = copyOf(object as Value) as ValueMap;
  const metadata = named["metadata"];
  named["metadata"] = { ...(metadata as ValueMap | undefined), name };
  return named;
};

const mutated = (object: JsonObject, seed: number): ValueMap => {
  const random = randomFrom(seed);
  const changed = copyOf(object as Value) as ValueMap;
  for (let times = random() < 0.5 ? 1 : 2; times > 0; times -= 1) mutateOnce(random, changed, extras);
  return changed;
};

/** What an update must carry of the live object: its version, where the kind insists, and what admission gave a pod. */
const asUpdate = (object: ValueMap, live: JsonObject, kind: string): ValueMap => {
  const metadata = live["metadata"] as JsonObject;
  const next = withName(object as JsonObject, metadata["name"] as string);
  if (kind === "PodDisruptionBudget")
    (next["metadata"] as ValueMap)["resourceVersion"] = metadata["resourceVersion"] as string;
  return next;
};

const compare = async (real: Ask, ours: Ask, asked: Asked, known: string): Promise<readonly string[]> => {
  const answer = await real(asked);
  if (isKnown(answer, known)) return [];
  return differences(comparableAnswer(answer), comparableAnswer(await ours(asked))).map(
    (difference) => `${asked.method} ${asked.body}\n${difference}`,
  );
};

const liveOf = async (ask: Ask, path: string): Promise<JsonObject> =>
  (await ask({ method: "GET", path })).body as JsonObject;

const compareSample = async (
  real: Ask,
  sample: Sample,
  object: JsonObject,
  index: number,
): Promise<readonly string[]> => {
  const ours = askEmbedded(createEmbeddedCluster().handle);
  const name = `sample-${samples.indexOf(sample)}-${index}`;
  const path = `${sample.path}/${name}`;
  const base = JSON.stringify(withName(object, name));
  const found = [...(await compare(real, ours, { method: "POST", path: sample.path, body: base }, ""))];
  const [theirs, own] = [await liveOf(real, path), await liveOf(ours, path)];
  for (let seed = 0; seed < ROUNDS; seed += 1) {
    const next = mutated(object, seed * 31 + index * 7 + sample.kind.length);
    const create = JSON.stringify(next);
    found.push(
      ...(await compare(real, ours, { method: "POST", path: `${sample.path}?dryRun=All`, body: create }, create)),
    );
    const put = (live: JsonObject): Asked => ({
      method: "PUT",
      path: `${path}?dryRun=All`,
      body: JSON.stringify(asUpdate(next, live, sample.kind)),
    });
    const answer = await real(put(theirs));
    if (isKnown(answer, create)) continue;
    found.push(
      ...differences(comparableAnswer(answer), comparableAnswer(await ours(put(own)))).map(
        (text) => `PUT ${create}\n${text}`,
      ),
    );
  }
  await real({ method: "DELETE", path: `${path}?gracePeriodSeconds=0` });
  return found;
};

describe.skipIf(!controlPlaneAvailable)("a real kube-apiserver and the embedded one", () => {
  test.each(samples.map((sample) => [sample.kind, sample] as const))(
    "answer alike to creates and updates of %s, valid and broken",
    async (_kind, sample) => {
      const real = askReal(await sharedControlPlane());
      const found: string[] = [];
      for (const [index, object] of sample.objects.entries())
        found.push(...(await compareSample(real, sample, object, index)));
      expect(found).toEqual([]);
    },
    120_000,
  );
});
