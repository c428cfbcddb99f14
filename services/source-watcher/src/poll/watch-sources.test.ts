import { setImmediate as turn } from "node:timers/promises";

import { emptyDeclarationSet } from "@evenkeel/declarations";
import type { Repository } from "@evenkeel/declarations";
import { silentTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { watchSources } from "./watch-sources.ts";
import { systemClock } from "@evenkeel/machine";
import type { Deps } from "../deps.ts";

const shop = { metadata: { name: "shop" }, spec: { url: "https://git.invalid/shop", ref: { head: true } } };

/** A fleet that declares one repository or none, and a bus that answers only when it is told to. */
const begin = () => {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const get = ({ source }: { readonly source: string }): Promise<undefined> => {
    asked.push(source);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    held.push(() => resolve(undefined));
    return promise;
  };
  const bus = { counts: { partitions: 1, sourceShards: 1 }, state: () => ({ get }), readLast: async () => undefined };
  const config = { fleet: { url: "https://git.invalid/fleet", ref: undefined, intervalMs: 1_000 } };
  const deps = {
    bus,
    config,
    rng: { chance: () => 0.5 },
    clock: systemClock,
    telemetry: silentTelemetry(),
  } as unknown as Deps;
  let set = emptyDeclarationSet;
  let changed = (): void => {};
  const fleet = { set: () => set, onChange: (listener: () => void) => void (changed = listener) };
  const declare = (...repositories: readonly object[]): void => {
    set = { ...emptyDeclarationSet, repositories: repositories as readonly Repository[] };
    changed();
  };
  const release = async (): Promise<void> => {
    for (const each of held.splice(0)) each();
    await turn();
  };
  return { asked: () => asked.filter((source) => source === "shop").length, declare, deps, fleet, release };
};

test("a source that is declared again begins after its last loop and its end are over", async () => {
  const { asked, declare, deps, fleet, release } = begin();
  const stop = new AbortController();
  const watching = watchSources(deps, fleet, 0, new Map(), stop.signal);
  declare(shop);
  await turn();
  expect(asked()).toBe(1);
  declare();
  declare(shop);
  await turn();
  expect(asked()).toBe(1); // the first loop is still in hand
  stop.abort(new Error("the test is over"));
  await release();
  await release();
  await watching;
});
