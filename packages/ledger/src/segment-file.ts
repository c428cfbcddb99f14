import { LedgerEntry, encodeToken } from "@evenkeel/contracts";
import type { Seal } from "@evenkeel/contracts";
import { canonicalJson, parseJson, sha256Hex } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import { CHAIN_START, ChainBroken, entryHash } from "./chain-link.ts";

/** Entries of one chain without a gap, as they lie in the stream. */
export type Segment = readonly { readonly fact: LedgerEntry; readonly sequence: number }[];

const FORMAT = "evenkeel-ledger-1";

/**
 * Where a segment lies below the export folder: names sort as the entries do, and no two segments share one, be they of
 * installations with one folder, of the chain of a bus that was made anew, or of a chain that was put back and went on.
 */
export const segmentName = (
  installation: string,
  /** Hash of the first entry that the chain ever had. */
  chain: string,
  partition: number,
  { digest, first, last }: Pick<ReadSegment, "digest" | "first" | "last">,
): string =>
  `${encodeToken(installation)}/hub.${partition}/${chain.slice(0, 16)}/${padded(first)}-${padded(last)}-${digest.slice(0, 16)}.jsonl`;

const padded = (n: bigint): string => String(n).padStart(12, "0");

const readable = (fact: LedgerEntry): Json => LedgerEntry.toJSON(fact) as Json;

/**
 * The lines of a segment: first what it is and the hash that it continues, then an entry each: number, hash, the entry as
 * people read it, and the body that the hash is of.
 */
export const encodeSegment = (installation: string, segment: Segment): string => {
  const [first, last] = [segment[0]?.fact, segment.at(-1)?.fact];
  if (first === undefined || last === undefined) throw new ChainBroken("a segment without an entry");
  const head = {
    format: FORMAT,
    installation,
    chain: `hub.${first.partition}`,
    first: String(first.n),
    last: String(last.n),
    continues: first.prevHash,
  };
  const lines = segment.map(({ fact, sequence }) =>
    canonicalJson({
      n: String(fact.n),
      hash: entryHash(fact),
      sequence,
      entry: readable(fact),
      body: Buffer.from(LedgerEntry.encode(fact).finish()).toString("base64"),
    }),
  );
  return [canonicalJson(head), ...lines, ""].join("\n");
};

/** What a segment file holds, every link of it verified. */
export interface ReadSegment {
  readonly installation: string;
  /** Such as `hub.3`. */
  readonly chain: string;
  readonly first: bigint;
  readonly last: bigint;
  /** Hash that the first entry continues, and the hash of the last. */
  readonly continues: string;
  readonly lastHash: string;
  readonly digest: string;
  readonly lastAt: Date | undefined;
  /** Of each entry, one after the other: 64 characters each. */
  readonly hashes: string;
  /** Complete seals among the entries, with the entry that each is. */
  readonly seals: readonly (Seal & { readonly n: bigint })[];
}

/** Verifies the text of a segment file. Throws ChainBroken that names the first bad line. */
export const verifySegment = (text: string): ReadSegment => {
  const [head = "", ...lines] = text.split("\n");
  if (lines.pop() !== "" || lines.length === 0) throw new ChainBroken("the segment is cut off");
  const about = parseLine(head, 1);
  if (about["format"] !== FORMAT) throw new ChainBroken("line 1: not a segment of a ledger");
  const first = numberOf(about["first"], 1);
  let before = textOf(about["continues"], 1);
  let at = 0;
  let lastAt: Date | undefined;
  const hashes: string[] = [];
  const seals: (Seal & { readonly n: bigint })[] = [];
  if (first === 1n && before !== CHAIN_START) throw new ChainBroken("line 1: entry 1 continues nothing");
  for (const [index, line] of lines.entries()) {
    const number = index + 2;
    const { body, entry, hash, n, sequence } = parseLine(line, number);
    const bytes = Buffer.from(textOf(body, number), "base64");
    const fact = entryOf(bytes, number);
    const isLinked = fact.n === first + BigInt(index) && fact.prevHash === before && sha256Hex(bytes) === hash;
    if (!isLinked) throw new ChainBroken(`line ${number}: entry ${fact.n} does not continue what is before it`);
    // The body is what is proved, the rest is what people read.
    const isAsRead = n === String(fact.n) && canonicalJson(entry ?? null) === canonicalJson(readable(fact));
    if (!isAsRead) throw new ChainBroken(`line ${number}: what it tells of entry ${fact.n} is not what its body says`);
    if (about["chain"] !== `hub.${fact.partition}`)
      throw new ChainBroken(`line ${number}: entry ${fact.n} is of chain hub.${fact.partition}`);
    if (typeof sequence !== "number" || !Number.isSafeInteger(sequence) || sequence <= at)
      throw new ChainBroken(`line ${number}: its sequence does not come after the one before`);
    at = sequence;
    before = textOf(hash, number);
    hashes.push(before);
    lastAt = fact.at ?? lastAt;
    if (fact.seal?.complete === true) seals.push({ ...fact.seal, n: fact.n });
  }
  const last = first + BigInt(lines.length) - 1n;
  if (String(last) !== about["last"]) throw new ChainBroken(`the segment ends at entry ${last}`);
  return {
    installation: textOf(about["installation"], 1),
    chain: textOf(about["chain"], 1),
    first,
    last,
    continues: textOf(about["continues"], 1),
    lastHash: before,
    digest: sha256Hex(Buffer.from(text)),
    lastAt,
    hashes: hashes.join(""),
    seals,
  };
};

const entryOf = (bytes: Uint8Array, number: number): LedgerEntry => {
  try {
    return LedgerEntry.decode(bytes);
  } catch {
    throw new ChainBroken(`line ${number}: its body is not an entry`);
  }
};

const numberOf = (value: Json | undefined, number: number): bigint => {
  const text = textOf(value, number);
  if (!/^[1-9]\d{0,18}$/.test(text))
    throw new ChainBroken(`line ${number}: ${text.slice(0, 40)} is no number of an entry`);
  return BigInt(text);
};

const parseLine = (line: string, number: number): Readonly<Record<string, Json>> => {
  try {
    const value = parseJson(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, Json>;
  } catch {
    // told below
  }
  throw new ChainBroken(`line ${number}: not an object of JSON`);
};

const textOf = (value: Json | undefined, number: number): string => {
  if (typeof value !== "string") throw new ChainBroken(`line ${number}: a text is missing`);
  return value;
};
