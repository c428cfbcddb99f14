import { buckets, keyPattern, serviceNames } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { isWithin, mayWriteKey, type SignerName, writableKeys } from "./bucket-writers.ts";
import { bucketPolicies } from "./buckets.ts";

const signers: readonly SignerName[] = [...serviceNames, "migrate"];

test.each(Object.entries(buckets))(
  "%s is in a bucket that there is, and only its writers may write it",
  (_name, rule) => {
    expect(bucketPolicies.map(({ name }) => name)).toContain(rule.bucket);
    for (const service of signers) {
      const writers: readonly string[] = rule.writers;
      const key = keyPattern(rule.template, { service });
      const isWriter = writers.includes("*") ? service !== "migrate" : writers.includes(service);
      const allowed = writableKeys(service).some(([bucket, keys]) => bucket === rule.bucket && isWithin(key, keys));
      expect([service, allowed]).toEqual([service, isWriter]);
      expect([service, mayWriteKey(service, rule.bucket, key.replace(">", "x"))]).toEqual([service, isWriter]);
    }
  },
);

test("the keys of one service's own are not another's", () => {
  expect(mayWriteKey("applier", "leases", "applier.0")).toBe(true);
  expect(mayWriteKey("applier", "leases", "renderer.0")).toBe(false);
  expect(mayWriteKey("migrate", "leases", "migrate.0")).toBe(false);
});
