import { Health, SourceStatus, Sync, UnitStatus } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import { ago, serveStub } from "./stub-server.fixture.ts";

const warning = "app/a.yaml:1: Job a with argocd.argoproj.io/hook: PreSync: it is applied with the rest";
const unit = (app: string, warnings: readonly string[]): UnitStatus =>
  UnitStatus.fromPartial({
    unit: { cluster: "prod-eu", app },
    sync: Sync.SYNCED,
    health: Health.HEALTHY,
    ref: "main",
    revision: "3f9c2ab",
    liveSince: ago(60),
    warnings: [...warnings],
  });
const fleet = SourceStatus.fromPartial({ source: "_fleet", revision: "3f9c2ab" });

describe("a warning of a unit's render", () => {
  it("is named below the list with where to read it, and told in full there", async () => {
    const units = [unit("api", []), unit("web", [warning])];
    await using server = await serveStub({
      listSources: async () => ({ sources: [fleet] }),
      listUnits: async () => ({ units, total: 2 }),
      getUnit: async () => ({ unit: units[1]! }),
    });
    const { err } = await server.run("get units");
    expect(err).toBe("1 unit with warnings of the render: npx evenkeel get unit web@prod-eu\n");
    const told = /npx evenkeel (.*)\n/.exec(err)?.[1] ?? "";
    expect((await server.run(told)).out).toContain(`Warning     ${warning}\n`);
  });
});
