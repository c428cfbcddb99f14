import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { isDone } from "./is-done.ts";
import type { LastSeen } from "./is-done.ts";

const ref = { group: "batch", kind: "Job", namespace: "shop", name: "migrate" };
const job = (spec: object, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "migrate", annotations },
  spec: { ...spec },
});
const plain = job({});
const timed = job({ ttlSecondsAfterFinished: 5 });
const says = (value: string): KubeObject => job({}, { "evenkeel.dev/when-gone": value });
const rule = (mode: "done" | "restore", name = "migrate") => [{ selector: { kind: "Job", name }, mode }];

test.each<readonly [string, KubeObject | undefined, ReturnType<typeof rule>, LastSeen, boolean]>([
  ["that was seen to end is done", plain, [], "ended", true],
  ["that was deleted before its end is not", timed, [], "going-on", false],
  ["with a time to live, whose end was not seen, is done", timed, [], "unseen", true],
  ["without one, whose end was not seen, is not", plain, [], "unseen", false],
  ["whose rendered form is not known, and whose end was not seen, is not", undefined, [], "unseen", false],
  ["that says done is done, however it went", says("done"), [], "going-on", true],
  ["that says restore is restored, though it ended", says("restore"), [], "ended", false],
  ["that says nonsense is judged by its kind", says("maybe"), [], "ended", true],
  ["of an application that says done is done", plain, rule("done"), "going-on", true],
  ["of an application that says restore is restored", timed, rule("restore"), "ended", false],
  ["of an application that speaks of another is judged by its kind", plain, rule("done", "other"), "going-on", false],
  ["that says restore wins over its application", says("restore"), rule("done"), "ended", false],
])("a job that is gone, %s", (_title, desired, rules, lastSeen, done) => {
  expect(isDone(ref, desired, rules, lastSeen)).toBe(done);
});
