import { Sync } from "@evenkeel/contracts";
import { hashKeyOf, stateOf } from "@evenkeel/drift";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { installation, openDriftWorld } from "./drift-world.ts";
import type { DriftWorld } from "./drift-world.ts";
import { editLive } from "./edit-live.ts";

const pin = "0891";
const app = "vault";
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const secret: KubeObject = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "pin" },
  type: "Opaque",
  data: { pin: base64(pin) },
};

const recordOf = async (world: DriftWorld) => {
  const [item] = await world.inventory(app);
  return item?.record ?? expect.fail("no record is in the inventory");
};
/** The hash of the values, if the Secret held `value` and the key were `hashKey`. */
const tried = (live: KubeObject, value: string, hashKey: string): string | undefined =>
  stateOf({ ...live, data: { pin: base64(value) } }, new Set(), hashKey, new Map())?.values;

describe.skipIf(!controlPlaneAvailable)("what is recorded of a Secret", () => {
  test("is not found by trying every value under all that is public, and means the same to both services", async () => {
    await using world = await openDriftWorld({ local: (await sharedControlPlane()).kubeconfigPath });
    await world.desire(app, [secret], 7);
    const synced = (): boolean => world.said.health.findLast(({ unit }) => unit?.app === app)?.sync === Sync.SYNCED;
    await eventually(synced, { timeoutMs: 20_000 });
    const live = (await world.live(secret)) ?? expect.fail("the Secret is not there");
    const record = await recordOf(world);
    const [values] = record.val.split("\n");
    const appUid = (await world.ledger(app)).at(-1)?.units.at(0)?.unit?.appUid ?? "";
    const known = [installation, live.metadata.uid ?? "", appUid, record.desired, "", "local", app];
    const keys = known.flatMap((text) => [text, `evenkeel/record/1/${text}`, hashKeyOf(text, installation)]);
    for (let n = 0; n < 10_000; n += 1) {
      const value = String(n).padStart(4, "0");
      const key = keys[n % keys.length] ?? "";
      expect(tried(live, value, key)).not.toBe(values);
    }
    for (const key of keys) expect(tried(live, pin, key)).not.toBe(values);
    expect(tried(live, pin, hashKeyOf(world.recordKey(), installation))).toBe(values);

    // With a new key: what the old one made goes, nothing is drift because of it, and nothing is written to the cluster.
    await world.rekey();
    await eventually(async () => expect((await recordOf(world)).own).toBe(""), { timeoutMs: 20_000 });
    const entries = (await world.ledger(app)).length;
    await editLive(world, secret, { metadata: { labels: { touched: "by-others" } } }, "somebody");
    await world.restart("drift-detector");
    await eventually(synced, { timeoutMs: 20_000 });
    expect(world.said.drift).toEqual([]);
    expect(await world.ledger(app)).toHaveLength(entries);
    expect((await world.live(secret))?.metadata.resourceVersion).not.toBe(live.metadata.resourceVersion);

    await editLive(world, secret, { data: { pin: base64("0892") } });
    await eventually(() => world.said.resolved.length > 0, { timeoutMs: 20_000 });
    expect((await world.live(secret))?.["data"]).toEqual(secret["data"]);
    const corrected = (await recordOf(world)).val.split("\n")[0];
    const now = (await world.live(secret)) ?? expect.fail("the Secret is gone");
    expect(tried(now, pin, hashKeyOf(world.recordKey(), installation))).toBe(corrected);
    expect(
      JSON.stringify(world.said, (_key, value: unknown) => (typeof value === "bigint" ? `${value}` : value)),
    ).not.toContain(base64(pin));
  }, 90_000);
});
