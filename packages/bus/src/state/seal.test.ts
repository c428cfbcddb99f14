import { expect, test } from "vitest";

import { createServiceKey, signerOf } from "../trust/service-key.ts";
import { trustBundleOf, verifierFor } from "../trust/trust.ts";
import { createSeal } from "./seal.ts";

const watcher = createServiceKey();
const verify = verifierFor(trustBundleOf([{ name: "source-watcher", publicKey: watcher.publicKey }]));
const seal = createSeal("here", signerOf(watcher.seed), verify, "source-watcher");
const data = Buffer.from("value");
const EXPECTED = "Nats-Expected-Last-Subject-Sequence";
const signed = seal.headersOf({ bucket: "tips", key: "src.web", operation: "PUT", body: data, expectLast: 16 });
const faultAt = (expected: string): string | undefined => {
  const headers: Record<string, string> = { ...signed, [EXPECTED]: expected };
  return seal.faultOf("tips", { key: "src.web", data, at: new Date(), header: (name) => headers[name] ?? "" });
};

test("a value names what it replaces as the server compares it, and in no other form", () => {
  expect(faultAt("16")).toBeUndefined();
  for (const form of ["+16", "016", "0x10", "16.0", "1.6e1", " 16", "16\t"])
    expect(faultAt(form)).toBe("what it replaces is no number");
  expect(faultAt("17")).toBe("its signature is wrong");
});
