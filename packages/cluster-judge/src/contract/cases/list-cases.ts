import { deepEqual, equal, match, ok } from "node:assert/strict";

import type { LiveObject, Value } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer, Bench } from "../bench.ts";
import { casesOf, rowsOf } from "../contract-case.ts";
import { configMap } from "../objects.ts";

const items = (answer: Answer): readonly LiveObject[] =>
  (answer.body["items"] ?? []) as unknown as readonly LiveObject[];
const namesIn = (answer: Answer): readonly Value[] => items(answer).map((item) => item.metadata["name"] as Value);
const list = (s: Bench, query: Readonly<Record<string, string | number>> = {}, accept?: string): Promise<Answer> =>
  s.send("GET", s.path(configMap("")), undefined, { query, ...(accept === undefined ? {} : { accept }) });
const versionIn = (answer: Answer): string => String(valueAt(answer.body, "/metadata/resourceVersion") as string);
const tokenIn = (answer: Answer): string => String((valueAt(answer.body, "/metadata/continue") ?? "") as string);

const three = async (s: Bench): Promise<void> => {
  await s.create(configMap("b", {}, { labels: { tier: "one" } }));
  await s.create(configMap("a", {}, { labels: { tier: "two", zone: "x" } }));
  await s.create(configMap("c", {}, {}));
};

/** Selectors with the names that they leave of `three`. */
const selections: readonly (readonly [selector: string, names: readonly string[]])[] = [
  ["tier", ["a", "b"]],
  ["!tier", ["c"]],
  ["tier=one", ["b"]],
  ["tier==one", ["b"]],
  ["tier!=one", ["a", "c"]],
  ["tier in (one,two)", ["a", "b"]],
  ["tier notin (one)", ["a", "c"]],
  ["tier,zone", ["a"]],
  ["zone in (x),tier=two", ["a"]],
];

/** What the server makes of a version and how it must match. */
const versionRules: readonly (readonly [title: string, query: Readonly<Record<string, string>>, status: number])[] = [
  ["no version", {}, 200],
  ["version 0", { resourceVersion: "0" }, 200],
  ["NotOlderThan 0", { resourceVersion: "0", resourceVersionMatch: "NotOlderThan" }, 200],
  ["a version that is no number", { resourceVersion: "x" }, 400],
];

export const listCases = casesOf({
  "L01 pages are in order of names, tell what remains, and are of one version": {
    transcribed: false,
    run: async (s) => {
      await three(s);
      const first = await list(s, { limit: 2 });
      deepEqual(namesIn(first).at(0), "a");
      equal(valueAt(first.body, "/metadata/remainingItemCount"), 1);
      await s.create(configMap("d"));
      const second = await list(s, { limit: 2, continue: tokenIn(first) });
      deepEqual([...namesIn(first), ...namesIn(second)], ["a", "b", "c"]);
      equal(versionIn(second), versionIn(first));
    },
  },
  "L02 an empty list has its kind, its version and no items": async (s) => {
    const empty = await list(s, { labelSelector: "none=here" });
    equal(empty.body["kind"], "ConfigMapList");
    equal(empty.body["apiVersion"], "v1");
    deepEqual(empty.body["items"], []);
    match(versionIn(empty), /^\d+$/);
    equal(valueAt(empty.body, "/metadata/continue"), undefined);
  },
  "L03 items of a built-in list have no kind of their own, those of a custom one do": async (s) => {
    await s.create(configMap("a"));
    const [item] = items(await list(s, { fieldSelector: "metadata.name=a" }));
    equal(item?.kind, undefined);
    const widgets = `/apis/contract.example.com/v1/namespaces/${s.namespace}/widgets`;
    await s.create({ apiVersion: "contract.example.com/v1", kind: "Widget", metadata: { name: "w" } });
    const [custom] = items(await s.send("GET", widgets));
    equal(custom?.kind, "Widget");
  },
  "L04 a continue token that is none is refused": async (s) => {
    const refused = await list(s, { limit: 1, continue: "nonsense" });
    equal(refused.status, 400);
    match(refused.message, /continue key is not valid/);
  },
  "L05 a version that is yet to come: 504 with Retry-After, cause ResourceVersionTooLarge": {
    waits: true,
    transcribed: false,
    run: async (s) => {
      const refused = await list(s, { resourceVersion: "999999999", resourceVersionMatch: "NotOlderThan" });
      equal(refused.status, 504);
      ok(
        refused.headers["retry-after"] !== undefined ||
          valueAt(refused.body, "/details/retryAfterSeconds") !== undefined,
      );
      match(refused.message, /Too large resource version/);
    },
  },
  ...rowsOf(selections, ([selector, names], at) => [
    `L1${at} label selector ${selector} leaves ${names.join(" and ")}`,
    async (s) => {
      await three(s);
      deepEqual(namesIn(await list(s, { labelSelector: selector })), names);
    },
  ]),
  "L20 selectors that cannot be read are refused": async (s) => {
    for (const selector of ["a b", "a in (", "=x", "a=b=c", "in in in"]) {
      equal((await list(s, { labelSelector: selector })).status, 400, selector);
    }
    for (const selector of ["spec.none=x", "metadata.name", "metadata.uid=x"]) {
      equal((await list(s, { fieldSelector: selector })).status, 400, selector);
    }
  },
  "L21 field selectors by name and namespace": async (s) => {
    await three(s);
    deepEqual(namesIn(await list(s, { fieldSelector: "metadata.name=b" })), ["b"]);
    deepEqual(namesIn(await list(s, { fieldSelector: "metadata.name!=b,metadata.name!=c" })), ["a"]);
    deepEqual(namesIn(await list(s, { fieldSelector: "metadata.namespace=elsewhere" })), []);
    const all = await s.send("GET", "/api/v1/configmaps", undefined, {
      query: { fieldSelector: `metadata.namespace=${s.namespace},metadata.name=a` },
    });
    deepEqual(namesIn(all), ["a"]);
  },
  "L22 PartialObjectMetadataList: metadata alone, in a list of its own kind": async (s) => {
    await s.create(configMap("a", { key: "1" }, { labels: { x: "y" } }));
    const partial = await list(
      s,
      { fieldSelector: "metadata.name=a" },
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    );
    equal(partial.body["kind"], "PartialObjectMetadataList");
    equal(partial.body["apiVersion"], "meta.k8s.io/v1");
    const [item] = items(partial);
    equal(item?.["data"], undefined);
    deepEqual(item?.metadata["labels"], { x: "y" });
  },
  "L23 PartialObjectMetadata of one object": async (s) => {
    await s.create(configMap("a"));
    const accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    const partial = await s.send("GET", s.path(configMap("a")), undefined, { accept });
    deepEqual(Object.keys(partial.body).toSorted(), ["apiVersion", "kind", "metadata"]);
    equal(partial.body["kind"], "PartialObjectMetadata");
  },
  "L24 all namespaces: in order of namespace, then name": async (s) => {
    await three(s);
    const all = await s.send("GET", "/api/v1/configmaps", undefined, { quiet: true });
    const keys = items(all).map(
      (item) => `${String(item.metadata["namespace"] as string)}/${String(item.metadata["name"] as string)}`,
    );
    deepEqual(keys, keys.toSorted());
    ok(keys.includes(`${s.namespace}/a`));
  },
  "L26 Exact at an older version shows what was then": async (s) => {
    await s.create(configMap("a"));
    const then = versionIn(await list(s));
    await s.create(configMap("b"));
    const past = await list(s, { resourceVersion: then, resourceVersionMatch: "Exact" });
    deepEqual(namesIn(past), ["a"]);
    equal(versionIn(past), then);
  },
  "L27 one counter: a write of any kind raises the version of every list": async (s) => {
    const before = BigInt(versionIn(await list(s)));
    const made = await s.create({ apiVersion: "v1", kind: "Secret", metadata: { name: "s" } });
    const after = BigInt(versionIn(await list(s)));
    ok(BigInt(versionIn(made)) > before);
    ok(after >= BigInt(versionIn(made)));
  },
  ...rowsOf(versionRules, ([title, query, status], at) => [
    `L3${at} list with ${title}: ${status}`,
    async (s) => equal((await list(s, { ...query, labelSelector: "none=here" })).status, status),
  ]),
  "L40 a continued list whose version was compacted is expired, and its answer offers to go on at a newer one": {
    expires: true,
    transcribed: false,
    run: async (s) => {
      await three(s);
      const first = await list(s, { limit: 1 });
      await s.create(configMap("later"));
      await s.target.expire();
      const expired = await list(s, { limit: 1, continue: tokenIn(first) });
      equal(expired.status, 410, expired.message);
      equal(expired.errorClass, "GONE");
      equal(expired.body["reason"], "Expired");
      const token = tokenIn(expired);
      ok(token !== "", "the Status carries a continue token");
      const on = await list(s, { continue: token });
      equal(on.status, 200, on.message);
      ok(namesIn(on).includes("later"));
    },
  },
  "L41 an Exact list of a compacted version is gone": {
    expires: true,
    transcribed: false,
    run: async (s) => {
      const then = versionIn(await list(s));
      await s.create(configMap("later"));
      await s.target.expire();
      const gone = await list(s, { resourceVersion: then, resourceVersionMatch: "Exact" });
      equal(gone.status, 410, gone.message);
      ok(isMap(gone.body));
    },
  },
});
