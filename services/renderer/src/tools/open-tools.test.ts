import { requireProgram } from "@evenkeel/programs";
import { expect, it } from "vitest";

import { startRenderer } from "../story/start-renderer.fixture.ts";

it("says loudly at its start that nothing keeps its tools off the network", { timeout: 60_000 }, async () => {
  const kustomize = { path: await requireProgram("kustomize"), version: "5.8.1" };
  await using open = await startRenderer({ kustomize, isolation: [] });
  const errors = open.telemetry.logs.filter(({ level }) => level === "error");
  expect(errors).toMatchObject([{ msg: expect.stringContaining("NOTHING KEEPS kustomize AND helm OFF THE NETWORK") }]);
  await using closed = await startRenderer({ kustomize });
  expect(closed.telemetry.logs.filter(({ level }) => level === "error")).toEqual([]);
  expect(closed.telemetry.logs).toContainEqual(
    expect.objectContaining({ msg: "tools are kept off the network", ways: expect.stringContaining("namespace") }),
  );
});
