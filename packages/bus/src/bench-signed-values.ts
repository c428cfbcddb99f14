import { createSeal } from "./state/seal.ts";
import { createServiceKey, signerOf } from "./trust/service-key.ts";
import { trustBundleOf, verifierFor } from "./trust/trust.ts";
import { createVerifiedMemo } from "./trust/verified-memo.ts";

// What a signed value costs in this process: node packages/bus/src/bench-signed-values.ts

const key = createServiceKey();
const signer = signerOf(key.seed);
const bundle = trustBundleOf([{ name: "applier", publicKey: key.publicKey }]);
const ROUNDS = 5000;

const time = (what: string, run: (n: number) => void): void => {
  for (let n = 0; n < 200; n++) run(n);
  const start = performance.now();
  for (let n = 0; n < ROUNDS; n++) run(n);
  process.stdout.write(`${what}: ${(((performance.now() - start) / ROUNDS) * 1000).toFixed(0)} us\n`);
};

for (const bytes of [64, 1024, 100 * 1024]) {
  const body = new Uint8Array(bytes).fill(7);
  // A memo of one keeps nothing that is asked for.
  const seal = createSeal("bench", signer, verifierFor(bundle, createVerifiedMemo(1)), "applier");
  const write = { bucket: "inventory", key: "unit.a.b", operation: "PUT", body, expectLast: 7 } as const;
  const signed = Array.from({ length: 8 }, (_unused, n) => seal.headersOf({ ...write, expectLast: n }));
  const headerOf = (n: number) => (name: string) =>
    name === "Nats-Expected-Last-Subject-Sequence" ? String(n) : (signed[n]?.[name] ?? "");
  time(`sign ${bytes} B`, (n) => seal.headersOf({ ...write, expectLast: n }));
  const at = new Date();
  time(`verify ${bytes} B`, (n) => {
    if (seal.faultOf("inventory", { key: write.key, data: body, at, header: headerOf(n % 8) }) !== undefined) {
      throw new Error("a value of ours was refused");
    }
  });
}
