import { CommitObserved, flows, smallProfile, subjectOf } from "@evenkeel/contracts";
import type { ServiceName } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { type RawFact, readFact } from "../facts/read-fact.ts";
import { createServiceKey, signerOf } from "./service-key.ts";
import { factText } from "./sign-fact.ts";
import { trustBundleOf, verifierFor } from "./trust.ts";
import { createVerifiedMemo } from "./verified-memo.ts";

const watcher = createServiceKey();
const applier = createServiceKey();
const stranger = createServiceKey();
const trust = trustBundleOf([
  { name: "source-watcher", publicKey: watcher.publicKey },
  { name: "applier", publicKey: applier.publicKey },
]);
const core = { installation: "here", counts: smallProfile, verify: verifierFor(trust) };
const flow = flows.commitObserved;
const fact = CommitObserved.fromPartial({ source: "web", seq: 7n });
const subject = subjectOf(flow, fact, smallProfile);
const body = CommitObserved.encode(fact).finish();

const raw = (
  change: Partial<RawFact> & {
    readonly by?: { readonly seed: string };
    readonly headers?: Record<string, string>;
    readonly installation?: string;
  } = {},
): RawFact => {
  const signer = signerOf((change.by ?? watcher).seed);
  const signature = signer.sign(factText(change.installation ?? "here", subject, flow.type, body));
  const headers: Record<string, string> = {
    "Ek-Type": flow.type,
    "Ek-Schema": "1",
    "Ek-Sig": `${signer.publicKey}:${Buffer.from(signature).toString("base64")}`,
    ...change.headers,
  };
  return {
    subject,
    data: body,
    sequence: 1,
    attempt: 1,
    at: new Date(),
    header: (name) => headers[name] ?? "",
    ...change,
  };
};

const otherBody = CommitObserved.encode({ ...fact, seq: 8n }).finish();

test.each<[string, RawFact, string]>([
  ["a fact as it was published", raw(), "ok"],
  ["a body changed after signing", raw({ data: otherBody }), "signature"],
  ["a fact moved to another subject", raw({ subject: `${subject}x` }), "subject"],
  ["a fact of another installation", raw({ installation: "elsewhere" }), "signature"],
  ["a fact signed by a service that may not publish it", raw({ by: applier }), "signature"],
  ["a fact signed by a key that is not trusted", raw({ by: stranger }), "signature"],
  ["a fact without a signature", raw({ headers: { "Ek-Sig": "" } }), "signature"],
  ["a type that is not known", raw({ headers: { "Ek-Type": "evenkeel.x.v1.Unheard" } }), "undecodable"],
  ["a body that is not of its type", raw({ data: Uint8Array.of(0xff, 0xff, 0xff) }), "undecodable"],
  ["a newer schema", raw({ headers: { "Ek-Schema": "2" } }), "schema"],
])("%s is read as %s says", (_title, message, wanted) => {
  const read = readFact(core, message);
  expect(read.ok ? "ok" : read.fault).toBe(wanted);
});

test.each<[string, string | undefined, string | undefined, boolean]>([
  ["before it is valid", "2030-01-01T00:00:00Z", undefined, false],
  ["after it was valid", undefined, "2020-01-01T00:00:00Z", false],
  ["while it is valid", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", true],
])("a key counts only at its time: %s", (_title, notBefore, notAfter, ok) => {
  const role: ServiceName = "source-watcher";
  const key = { publicKey: watcher.publicKey, role, ...(notBefore && { notBefore }), ...(notAfter && { notAfter }) };
  const verify = verifierFor({ keys: [key] });
  expect(readFact({ ...core, verify }, raw()).ok).toBe(ok);
});

test("a signature that was good for a body is not taken for another one", () => {
  const memo = createVerifiedMemo(2);
  const verify = verifierFor(trust, memo);
  expect(readFact({ ...core, verify }, raw()).ok).toBe(true);
  expect(readFact({ ...core, verify }, raw()).ok).toBe(true);
  expect(readFact({ ...core, verify }, raw({ data: otherBody })).ok).toBe(false);
  expect(readFact({ ...core, installation: "elsewhere", verify }, raw()).ok).toBe(false);
  // What was signed here counts as seen, but not for a key that is not trusted.
  const signer = signerOf(stranger.seed, memo);
  const headers = { "Ek-Sig": signer.signText(factText("here", subject, flow.type, body)) };
  expect(readFact({ ...core, verify }, raw({ headers })).ok).toBe(false);
});
