import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { driftTrace, rootOf, sourceTrace, unitTrace } from "./trace-ids.ts";

const run = { url: "https://git.example/r", revision: "3f9c2ab", app: "web", cluster: "eu", declarationDigest: "d" };
const sha = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("derived trace ids", () => {
  it("are SHA-256 over NUL-joined strings", () => {
    expect(unitTrace(run).traceId).toBe(
      sha("evenkeel/unit/1\0https://git.example/r\0" + "3f9c2ab\0web\0eu\0d").slice(0, 32),
    );
    expect(sourceTrace("u", "refs/heads/main", "c").traceId).toBe(
      sha("evenkeel/source/1\0u\0refs/heads/main\0c").slice(0, 32),
    );
    expect(driftTrace("eu", "web", "x").traceId).toBe(sha("evenkeel/drift/1\0eu\0web\0x").slice(0, 32));
  });

  it("name their root by the trace id alone", () => {
    const a = unitTrace(run);
    expect(rootOf(a.traceId)).toEqual(a);
    expect(a.spanId).toBe(sha(`evenkeel/root/1\0${a.traceId}`).slice(0, 16));
  });

  it.each(Object.keys(run) as (keyof typeof run)[])("differ when %s differs", (field) =>
    expect(unitTrace({ ...run, [field]: "other" }).traceId).not.toBe(unitTrace(run).traceId),
  );
});
