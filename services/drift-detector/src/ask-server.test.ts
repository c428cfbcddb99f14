import { recordOf } from "@evenkeel/drift";
import type { Kube } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { askServer } from "./ask-server.ts";
import type { AskDeps } from "./ask-server.ts";
import { newTracked, newUnit } from "./tracked.ts";

const signal = new AbortController().signal;
const hashKey = "0".repeat(64);

const at = (version: number, value: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: "a",
    namespace: "n",
    uid: "u",
    resourceVersion: `${version}`,
    managedFields: [
      {
        manager: "evenkeel",
        operation: "Apply",
        apiVersion: "v1",
        time: "2026-11-30T00:00:00Z",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:data": { "f:a": {} } },
      },
    ],
  },
  data: { a: value },
});

/** A ConfigMap that Git wants to say "git"; `meanwhile` is what happens to it while the server is asked for the nth time. */
const setUp = (meanwhile: (ask: number) => KubeObject | undefined) => {
  const rendered: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { a: "git" } };
  const tracked = newTracked(refOf(at(1, "")), newUnit({ cluster: "prod", app: "web", appUid: "u1" }));
  tracked.record = recordOf(at(1, "git"), rendered, { desired: "digest", hashKey });
  tracked.live = at(2, "git");
  let asks = 0;
  const kube: Pick<Kube, "serverSideApply" | "getObject"> = {
    async serverSideApply() {
      asks += 1;
      // The server judged before that came; its event is here before the answer.
      const object = at(Number(tracked.live?.metadata.resourceVersion), "git");
      tracked.live = meanwhile(asks) ?? tracked.live;
      return { object, created: false };
    },
    getObject: async () => tracked.live,
  };
  const deps: AskDeps = {
    clock: { sleep: async () => {} },
    hashKey,
    installation: "test",
    kubeOf: () => kube,
    ledgerCaughtUp: async () => {},
    renderedOf: async () => [{ object: rendered, digest: "digest" }],
    ignoreOf: async () => [],
  };
  return { ask: () => askServer(deps, tracked, signal), asks: () => asks };
};

test("an edit that is seen while the server is asked about what was before is asked about, too", async () => {
  const { ask, asks } = setUp((n) => (n === 1 ? at(3, "by hand") : undefined));
  expect(await ask()).toMatchObject({ kind: "judged", confirmation: { verdict: "DRIFT" } });
  expect(asks()).toBe(2);
});

test("what changes with every question is in doubt, not in sync", async () => {
  const { ask, asks } = setUp((n) => at(2 + n, "by hand"));
  expect(await ask()).toMatchObject({ kind: "in-doubt", doubt: "restless" });
  expect(asks()).toBe(6);
});
