import { ConfigInvalid } from "@evenkeel/service-host";
import { describe, expect, test } from "vitest";

import { readConfig } from "./config.ts";

const needed = {
  EVENKEEL_BUS_SEED_FILE: "/etc/seed",
  EVENKEEL_BUS_TRUST_FILE: "/etc/trust",
  EVENKEEL_INSTALLATION: "test",
  EVENKEEL_FLEET_URL: "https://git.example.org/fleet.git",
};
const problems = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigInvalid);
    return (error as ConfigInvalid).problems;
  }
};

describe("the configuration", () => {
  test("needs only the bus, the installation and the fleet", () => {
    const { fleet, gitHosts, privateHosts, webhookPort } = readConfig(needed);
    expect(fleet).toMatchObject({ path: ".", intervalMs: 60_000, ref: undefined, localCluster: false });
    expect([gitHosts, privateHosts, webhookPort]).toEqual([[], [], undefined]);
  });

  test.each([
    ["nothing at all", {}, 4],
    ["a bare interval", { ...needed, EVENKEEL_FLEET_INTERVAL: "5" }, 1],
    ["an interval of zero", { ...needed, EVENKEEL_FLEET_INTERVAL: "0s" }, 1],
    ["a path that climbs", { ...needed, EVENKEEL_FLEET_PATH: "../x" }, 1],
    ["a webhook without its secret", { ...needed, EVENKEEL_FLEET_WEBHOOK_KIND: "github" }, 1],
    [
      "a short accepted tip, and a bad port",
      { ...needed, EVENKEEL_FLEET_ACCEPTED_TIP: "abc", EVENKEEL_WEBHOOK_PORT: "x" },
      1,
    ],
  ])("names every problem of %s", (_what, env, count) => {
    const found = problems(env as Record<string, string>);
    expect(found).toHaveLength(count);
    expect(found.every((line) => line.startsWith("EVENKEEL_"))).toBe(true);
  });
});
