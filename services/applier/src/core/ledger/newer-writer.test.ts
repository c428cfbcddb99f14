import { EntryKind, LedgerEntry, WriteVerb } from "@evenkeel/contracts";
import { CHAIN_START, storedAs, storedHash } from "@evenkeel/ledger";
import type { StoredEntry } from "@evenkeel/ledger";
import { describe, expect, test } from "vitest";

import { followChain } from "./chain-beginning.ts";
import { readChain } from "./verify-chain.ts";

const unit = { cluster: "prod", app: "web", appUid: "uid" };

/** Of a writer that knows a verb that we do not: the number of the one verb is another in the bytes. */
const newerVerb = (): StoredEntry => {
  const known = storedAs(
    LedgerEntry.fromPartial({
      n: 1n,
      prevHash: CHAIN_START,
      kind: EntryKind.OUTCOME,
      epoch: 5n,
      units: [{ unit, run: "r1", writes: [{ verb: WriteVerb.DELETE }] }],
    }),
    10,
  );
  const other = storedAs(
    LedgerEntry.fromPartial({
      ...known.fact,
      units: [{ unit, run: "r1", writes: [{ verb: WriteVerb.UPDATE }] }],
    }),
    10,
  );
  const at = known.body.findIndex((byte, index) => byte !== other.body[index]);
  const body = Uint8Array.from(known.body);
  body[at] = 42;
  return { fact: LedgerEntry.decode(body), sequence: 10, body };
};

/** Of a writer that says something in a field that we do not know (number 100, text). */
const newerField = (): StoredEntry => {
  const { body: known } = storedAs(LedgerEntry.fromPartial({ n: 1n, prevHash: CHAIN_START, epoch: 5n }), 10);
  const body = Uint8Array.from([...known, 0xa2, 0x06, 0x02, 0x68, 0x69]);
  return { fact: LedgerEntry.decode(body), sequence: 10, body };
};

describe.each([
  ["a word that we do not know", newerVerb],
  ["a field that we do not know", newerField],
])("an entry with %s", (_title, entry) => {
  const first = entry();
  const next = storedAs(
    LedgerEntry.fromPartial({ n: 2n, prevHash: storedHash(first), kind: EntryKind.TAKEOVER, epoch: 6n }),
    20,
  );

  test("is not what we would write", () => {
    expect(storedHash(storedAs(first.fact, 10))).not.toBe(storedHash(first));
  });

  test("is read with what continues it", () => {
    expect(readChain([first, next], undefined, "prod").head).toEqual({ n: 2n, hash: storedHash(next), sequence: 20 });
  });

  test("is the anchored one by its bytes", () => {
    const anchored = { n: 1n, hash: storedHash(first), sequence: 10, epoch: 5n };
    expect(readChain([first, next], anchored, "prod").head?.n).toBe(2n);
  });

  test("names the chain, and is followed", () => {
    const follower = followChain(undefined);
    for (const each of [first, next]) follower.see(each);
    expect(follower.origin?.chain).toBe(storedHash(first));
  });
});
