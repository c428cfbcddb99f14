import { describe, expect, it } from "vitest";

import { readConfig } from "./config.ts";

const least = {
  EVENKEEL_BUS_SEED_FILE: "/seed.nk",
  EVENKEEL_BUS_TRUST_FILE: "/trust.json",
  EVENKEEL_INSTALLATION: "test",
};

describe("readConfig", () => {
  it("needs no tool, and takes each with its version", () => {
    expect(readConfig(least)).toMatchObject({ kustomize: undefined, helm: undefined, progressMs: 250 });
    const { kustomize } = readConfig({ ...least, EVENKEEL_KUSTOMIZE: "/k", EVENKEEL_KUSTOMIZE_VERSION: "5.8.1" });
    expect(kustomize).toEqual({ path: "/k", version: "5.8.1" });
  });
  it("builds simple kustomizations itself unless told otherwise", () => {
    expect(readConfig(least)).toMatchObject({ kustomizeInProcess: true });
    expect(readConfig({ ...least, EVENKEEL_KUSTOMIZE_IN_PROCESS: "off" })).toMatchObject({ kustomizeInProcess: false });
    expect(() => readConfig({ ...least, EVENKEEL_KUSTOMIZE_IN_PROCESS: "no" })).toThrow("none of on, off");
  });
  it("names all problems at once", () => {
    const env = { EVENKEEL_RENDERS: "0", EVENKEEL_PROGRESS_INTERVAL: "5" };
    expect(() => readConfig(env)).toThrow(
      /EVENKEEL_BUS_SEED_FILE.*EVENKEEL_INSTALLATION.*EVENKEEL_RENDERS.*EVENKEEL_PROGRESS_INTERVAL/,
    );
  });
});
