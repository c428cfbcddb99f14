import { sharedControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, beforeEach } from "vitest";

import { openDriftWorld } from "./drift-world.ts";
import type { DriftWorld } from "./drift-world.ts";

/** Opens one world on the shared control plane for all tests of a suite; `take` is given it before each, with an application of its own. */
export const useDriftWorld = (
  nameOf: (count: number) => string,
  take: (world: DriftWorld, app: string) => void,
): void => {
  let world: DriftWorld | undefined;
  let count = 0;
  beforeAll(async () => {
    world = await openDriftWorld({ local: (await sharedControlPlane()).kubeconfigPath });
  }, 120_000);
  afterAll(async () => world?.[Symbol.asyncDispose](), 60_000);
  beforeEach(() => {
    if (world === undefined) throw new Error("the world of this suite did not open");
    take(world, nameOf((count += 1)));
  });
};
