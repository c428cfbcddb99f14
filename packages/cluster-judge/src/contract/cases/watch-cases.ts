import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";

import { isApiError } from "@evenkeel/kube";

import type { LiveObject, Value } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer, Bench, WatchEvent } from "../bench.ts";
import { casesOf } from "../contract-case.ts";
import { configMap, deployment } from "../objects.ts";

const collection = (s: Bench): string => s.path(configMap(""));
const versionOf = (object: Value | undefined): string => String(valueAt(object, "/metadata/resourceVersion") as string);
const now = async (s: Bench): Promise<string> =>
  versionOf((await s.send("GET", collection(s), undefined, { query: { labelSelector: "none=here" } })).body);
const nameOf = (object: LiveObject): string => String(object.metadata["name"] as string);
const brief = (events: readonly WatchEvent[]): readonly string[] =>
  events.map(({ type, object }) => `${type} ${nameOf(object)}`);
const refused = async (watching: Promise<unknown>, status: number): Promise<void> => {
  await rejects(watching, (error) => isApiError(error) && error.status === status);
};

export const watchCases = casesOf({
  "W01 from a version: what is added, modified and deleted after it, each at its version, in order": async (s) => {
    const from = await now(s);
    await using watch = await s.watch(collection(s), { resourceVersion: from });
    const made = await s.create(configMap("w01"));
    const changed = await s.merge(configMap("w01"), { data: { key: "2" } });
    await s.remove(configMap("w01"));
    const events = await watch.next(3);
    deepEqual(brief(events), ["ADDED w01", "MODIFIED w01", "DELETED w01"]);
    deepEqual(
      events.slice(0, 2).map(({ object }) => object),
      [made.body, changed.body],
    );
    const last = BigInt(versionOf(events[2]?.object));
    ok(last > BigInt(versionOf(changed.body)), "a deletion has a version of its own");
    equal(valueAt(events[2]?.object, "/data/key"), "2");
  },
  "W02 from a past version: events that were before the watch began come first": async (s) => {
    const from = await now(s);
    await s.create(configMap("a"));
    await s.create(configMap("b"));
    await using watch = await s.watch(collection(s), { resourceVersion: from });
    deepEqual(brief(await watch.next(2)), ["ADDED a", "ADDED b"]);
  },
  "W03 through a selector: entering is ADDED, leaving is DELETED with the new version, what is between is not seen":
    async (s) => {
      const from = await now(s);
      await using watch = await s.watch(collection(s), { resourceVersion: from, labelSelector: "app=mine" });
      const label = (value: string | null, key: string): Promise<Answer> =>
        s.merge(configMap("w03"), { metadata: { labels: { app: value } }, data: { key } });
      await s.create(configMap("w03"));
      await label("mine", "2");
      await label("mine", "3");
      const left = await label("other", "4");
      await label("other", "5");
      await label("mine", "6");
      await s.remove(configMap("w03"));
      const events = await watch.next(5);
      deepEqual(brief(events), ["ADDED w03", "MODIFIED w03", "DELETED w03", "ADDED w03", "DELETED w03"]);
      equal(versionOf(events[2]?.object), versionOf(left.body));
      equal(valueAt(events[2]?.object, "/data/key"), "3");
      equal(valueAt(events[3]?.object, "/data/key"), "6");
    },
  "W04 without a version: what is there comes as ADDED first": async (s) => {
    await s.create(configMap("a"));
    await s.create(configMap("b"));
    await using watch = await s.watch(collection(s), { fieldSelector: "metadata.name!=kube-root-ca.crt" });
    deepEqual(brief(await watch.next(2)), ["ADDED a", "ADDED b"]);
    await s.create(configMap("c"));
    deepEqual(brief(await watch.next(1)), ["ADDED c"]);
  },
  "W05 version 0: what is there comes as ADDED first": async (s) => {
    await s.create(configMap("a"));
    await using watch = await s.watch(collection(s), { resourceVersion: 0, fieldSelector: "metadata.name=a" });
    deepEqual(brief(await watch.next(1)), ["ADDED a"]);
  },
  "W06 initial events end with a bookmark that says so": async (s) => {
    await s.create(configMap("a"));
    await s.create(configMap("b"));
    await using watch = await s.watch(collection(s), {
      sendInitialEvents: true,
      resourceVersionMatch: "NotOlderThan",
      allowWatchBookmarks: true,
      fieldSelector: "metadata.name!=kube-root-ca.crt",
    });
    const events = await watch.next(3);
    deepEqual(brief(events.slice(0, 2)).toSorted(), ["ADDED a", "ADDED b"]);
    const mark = events[2];
    equal(mark?.type, "BOOKMARK");
    equal(mark?.object.kind, "ConfigMap");
    deepEqual(mark?.object.metadata["annotations"], { "k8s.io/initial-events-end": "true" });
    match(versionOf(mark?.object), /^\d+$/);
    await s.create(configMap("c"));
    deepEqual(brief(await watch.next(1)), ["ADDED c"]);
  },
  "W08 timeoutSeconds closes the watch, a last bookmark before it when bookmarks are allowed": {
    waits: true,
    run: async (s) => {
      await using plain = await s.watch(collection(s), { resourceVersion: await now(s), timeoutSeconds: 1 });
      deepEqual(brief(await plain.end()), []);
    },
  },
  "W09 one object by its name": async (s) => {
    const from = await now(s);
    await using watch = await s.watch(collection(s), { resourceVersion: from, fieldSelector: "metadata.name=b" });
    await s.create(configMap("a"));
    await s.create(configMap("b"));
    deepEqual(brief(await watch.next(1)), ["ADDED b"]);
  },
  "W10 PartialObjectMetadata: events carry metadata alone": async (s) => {
    const accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    await using watch = await s.watch(collection(s), { resourceVersion: await now(s) }, accept);
    await s.create(configMap("a"));
    const [event] = await watch.next(1);
    deepEqual(Object.keys(event?.object ?? {}).toSorted(), ["apiVersion", "kind", "metadata"]);
    equal(event?.object.kind, "PartialObjectMetadata");
  },
  "W11 all namespaces": async (s) => {
    await using watch = await s.watch("/api/v1/configmaps", {
      resourceVersion: await now(s),
      fieldSelector: `metadata.namespace=${s.namespace}`,
    });
    await s.create(configMap("a"));
    const [event] = await watch.next(1);
    equal(event?.object.metadata["namespace"], s.namespace);
  },
  "W12 a no-op and a dry-run are no events": async (s) => {
    await s.apply(configMap("a"), { fieldManager: "a" });
    await using watch = await s.watch(collection(s), { resourceVersion: await now(s) });
    await s.apply(configMap("a"), { fieldManager: "a" });
    await s.merge(configMap("a"), { data: { key: "1" } });
    await s.merge(configMap("a"), { data: { key: "9" } }, { fieldManager: "x", dryRun: "All" });
    await s.create(configMap("dry"), { dryRun: "All" });
    await s.create(configMap("last"));
    deepEqual(brief(await watch.next(1)), ["ADDED last"]);
  },
  "W13 a delete held by a finalizer is MODIFIED, and DELETED once it is taken off": async (s) => {
    await s.create(configMap("a", {}, { finalizers: ["x.example.com/hold"] }));
    await using watch = await s.watch(collection(s), { resourceVersion: await now(s) });
    await s.remove(configMap("a"));
    await s.merge(configMap("a"), { metadata: { finalizers: null } });
    const events = await watch.next(2);
    deepEqual(brief(events), ["MODIFIED a", "DELETED a"]);
    ok(events[0]?.object.metadata["deletionTimestamp"]);
  },
  "W14 a write of the status is an event of the object": async (s) => {
    await s.create(deployment("a"));
    const path = s.path(deployment(""));
    const from = versionOf((await s.send("GET", path)).body);
    await using watch = await s.watch(path, { resourceVersion: from });
    await s.merge(deployment("a"), { status: { replicas: 1 } }, { fieldManager: "x" }, "status");
    const [event] = await watch.next(1);
    equal(valueAt(event?.object, "/status/replicas"), 1);
    equal(valueAt(event?.object, "/metadata/generation"), 1);
  },
  "W15 events come at growing versions, each larger than the one before": {
    transcribed: false,
    run: async (s) => {
      await using watch = await s.watch(collection(s), { resourceVersion: await now(s) });
      await Promise.all(Array.from({ length: 10 }, (_, n) => s.create(configMap(`w15-${n}`), {}, { quiet: true })));
      const versions = (await watch.next(10)).map(({ object }) => BigInt(versionOf(object)));
      ok(versions.every((version, at) => at === 0 || version > (versions[at - 1] ?? 0n)));
    },
  },
  "W16 a version that is no number is refused": async (s) => {
    await refused(s.watch(collection(s), { resourceVersion: "x" }), 500);
  },
  "W20 a version from before the window: an ERROR event with a 410 Status, then the end": {
    expires: true,
    run: async (s) => {
      await s.create(configMap("a"));
      const from = await now(s);
      await s.create(configMap("b"));
      await s.target.expire();
      await using watch = await s.watch(collection(s), { resourceVersion: from });
      const events = await watch.end();
      equal(events.length, 1);
      equal(events[0]?.type, "ERROR");
      equal(valueAt(events[0]?.object, "/code"), 410);
      equal(valueAt(events[0]?.object, "/reason"), "Expired");
      match(String(valueAt(events[0]?.object, "/message") as string), /^too old resource version: \d+ \(\d+\)$/);
    },
  },
});
