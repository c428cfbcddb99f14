import { describe, expect, it } from "vitest";

import {
  ApplyFinished,
  ApplyResult,
  Finding,
  Health,
  HealthChanged,
  LedgerEntry,
  Sync,
  Verdict,
  healthToNumber,
  syncToJSON,
} from "./index.ts";

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("an enum is a word of the domain in code", () => {
  it.each([
    ["a health", Health.PROGRESSING, "Progressing"],
    ["a sync", Sync.OUT_OF_SYNC, "OutOfSync"],
    ["a verdict", Verdict.DRIFT, "DRIFT"],
    ["a result of several words", ApplyResult.SEQ_BEHIND, "seq-behind"],
  ])("%s", (_says, value, word) => expect(value).toBe(word));

  it("goes over the wire as its number", () => {
    const fact = HealthChanged.fromPartial({ sync: "OutOfSync", health: "Missing" });
    expect(hexOf(HealthChanged.encode(fact).finish())).toBe("20022805");
    expect(Object.values(Health).map(healthToNumber)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("is not sent where it is unspecified, and read as that where it was not sent", () => {
    const bytes = ApplyFinished.encode(ApplyFinished.fromPartial({ result: ApplyResult.UNSPECIFIED })).finish();
    expect(bytes).toHaveLength(0);
    expect(ApplyFinished.decode(bytes).result).toBe(ApplyResult.UNSPECIFIED);
  });

  it("is unspecified where a newer peer sent a number that is not known here", () => {
    const [verdict = 0] = Finding.encode(Finding.fromPartial({ verdict: Verdict.DRIFT })).finish();
    expect(Finding.decode(Uint8Array.of(verdict, 99)).verdict).toBe(Verdict.UNSPECIFIED);
  });

  it("is named in JSON as in proto", () => {
    expect(syncToJSON(Sync.OUT_OF_SYNC)).toBe("SYNC_OUT_OF_SYNC");
    expect(LedgerEntry.toJSON(LedgerEntry.fromPartial({ kind: "intent" }))).toMatchObject({
      kind: "ENTRY_KIND_INTENT",
    });
  });
});
