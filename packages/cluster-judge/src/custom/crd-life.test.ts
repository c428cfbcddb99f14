import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { startEmbeddedServer } from "../contract/fixture/embedded-target.ts";
import { startRealServer } from "../contract/fixture/real-target.ts";
import { playCrdLife } from "./crd-life.fixture.ts";

describe.skipIf(!controlPlaneAvailable)("beside a real API server", () => {
  test("a CRD lives and dies alike", { timeout: 120_000 }, async () => {
    await using real = await startRealServer();
    await using embedded = await startEmbeddedServer();
    const signal = AbortSignal.timeout(110_000);
    expect(await playCrdLife(embedded.transport, signal)).toEqual(await playCrdLife(real.transport, signal));
  });
});
