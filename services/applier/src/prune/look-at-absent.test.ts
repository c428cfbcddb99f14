import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import type { Run } from "../run/admit.ts";
import { lookAtAbsent } from "./look-at-absent.ts";

const ref = { group: "metrics.example.com", kind: "Gauge", namespace: "shop", name: "load" };
const entry = { ref, uid: "u1", desired: "d", absentSince: new Date(0) };
const item = { ref, apiVersion: "metrics.example.com/v1", uid: "u1", pending: false } as never;
const definition = { spec: { group: "metrics.example.com", names: { kind: "Gauge" } } };
const service = { spec: { group: "metrics.example.com", service: { name: "metrics" } } };

/** A run on a cluster that serves nothing of the group; `of`: what it has of the kinds that would define it. */
const on = (partial: boolean, of: Readonly<Record<string, readonly object[]>> = {}): Run => {
  const kube = {
    discovery: {
      resolve: () => undefined,
      refresh: async () => false,
      partialGroups: new Set(partial ? ["metrics.example.com"] : []),
    },
    listAll: async ({ kind }: { readonly kind: string }) => ({ objects: (of[kind] ?? []) as readonly KubeObject[] }),
  };
  const { signal } = new AbortController();
  const deps = { claims: { ofOther: async () => undefined } };
  return { kube, deps, fact: { unit: { cluster: "c", app: "a", appUid: "u" } }, signal } as unknown as Run;
};

test.each<[string, Run, boolean]>([
  ["that answers in part", on(true), false],
  ["whose definition is there and not served yet", on(false, { CustomResourceDefinition: [definition] }), false],
  ["whose server is another one, which does not answer", on(false, { APIService: [service] }), false],
  ["that nothing defines", on(false), true],
])("of a group %s, what is there is only known where nothing can be", async (_title, run, kindGone) => {
  expect(await lookAtAbsent(run, entry, item)).toMatchObject({ kindGone, discovered: false, live: undefined });
});
