import { LedgerEntry, encodeToken } from "@evenkeel/contracts";
import type { Seal } from "@evenkeel/contracts";
import { canonicalJson, isObject, parseJson, sha256Hex } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import { CHAIN_START, ChainBroken } from "./chain-link.ts";
import type { StoredEntry } from "./chain-link.ts";

/** Entries of one chain without a gap, as they lie in the stream. */
export type Segment = readonly StoredEntry[];

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

const headOf = (about: Readonly<Record<"chain" | "continues" | "first" | "installation" | "last", string>>): string =>
  canonicalJson({ format: FORMAT, ...about });

const lineOf = (fact: LedgerEntry, body: Uint8Array, sequence: number): string =>
  canonicalJson({
    n: String(fact.n),
    hash: sha256Hex(body),
    sequence,
    entry: readable(fact),
    body: Buffer.from(body).toString("base64"),
  });

/**
 * The lines of a segment: first what it is and the hash that it continues, then an entry each: number, hash, the entry as
 * people read it, and the body that the hash is of.
 */
export const encodeSegment = (installation: string, segment: Segment): string => {
  const [first, last] = [segment[0]?.fact, segment.at(-1)?.fact];
  if (first === undefined || last === undefined) throw new ChainBroken("a segment without an entry");
  const head = headOf({
    installation,
    chain: `hub.${first.partition}`,
    first: String(first.n),
    last: String(last.n),
    continues: first.prevHash,
  });
  const lines = segment.map(({ body, fact, sequence }) => lineOf(fact, body, sequence));
  return [head, ...lines, ""].join("\n");
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

/** Far beyond any installation's name, and any entry that the bus takes. */
const LONGEST_HEAD = 64 * 1024;
const LONGEST_BODY = 12 * 1024 * 1024;

/**
 * Verifies the bytes of a segment file: each line is, byte for byte, how what it says is written. A line that says more, or
 * the same in another way, would be read otherwise by somebody else. Throws ChainBroken that names the first bad line.
 */
export const verifySegment = (bytes: Uint8Array): ReadSegment => {
  const text = textOf(bytes);
  const endOfHead = text.indexOf("\n");
  if (endOfHead === -1 || endOfHead === text.length - 1 || !text.endsWith("\n"))
    throw new ChainBroken("the segment is cut off");
  const about = parseHead(text.slice(0, endOfHead));
  const { first, continues } = about;
  let before = continues;
  let at = 0;
  let n = first - 1n;
  let number = 1;
  let lastAt: Date | undefined;
  const hashes: string[] = [];
  const seals: (Seal & { readonly n: bigint })[] = [];
  if (first === 1n && before !== CHAIN_START) throw new ChainBroken("line 1: entry 1 continues nothing");
  // By one line after the other: a list of all lines of a hostile file may be more than there can be.
  for (let from = endOfHead + 1; from < text.length; from += 1) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end);
    from = end;
    n += 1n;
    number += 1;
    const body = bodyOf(line, number);
    const fact = entryOf(body, number);
    if (fact.n !== n || fact.prevHash !== before)
      throw new ChainBroken(`line ${number}: entry ${fact.n} does not continue what is before it`);
    if (about.chain !== `hub.${fact.partition}`)
      throw new ChainBroken(`line ${number}: entry ${fact.n} is of chain hub.${fact.partition}`);
    const sequence = Number(/,"sequence":([1-9]\d{0,15})\}\r?$/.exec(line.slice(-64))?.[1] ?? 0);
    if (!Number.isSafeInteger(sequence) || sequence <= at)
      throw new ChainBroken(`line ${number}: its sequence does not come after the one before`);
    if (line !== lineOf(fact, body, sequence))
      throw new ChainBroken(
        `line ${number}: what it tells of entry ${fact.n} is not what its body says, or not only that`,
      );
    at = sequence;
    before = sha256Hex(body);
    hashes.push(before);
    lastAt = fact.at ?? lastAt;
    if (fact.seal?.complete === true) seals.push({ ...fact.seal, n });
  }
  if (String(n) !== about.last) throw new ChainBroken(`the segment ends at entry ${n}`);
  const { chain, installation } = about;
  const [digest, lastHash] = [sha256Hex(bytes), before];
  return { installation, chain, first, last: n, continues, lastHash, digest, lastAt, hashes: hashes.join(""), seals };
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const textOf = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ChainBroken("it is not UTF-8");
  }
};

const parseHead = (line: string) => {
  const notOne = (): ChainBroken => new ChainBroken("line 1: not a segment of a ledger");
  if (line.length > LONGEST_HEAD) throw notOne();
  let value: Json;
  try {
    value = parseJson(line);
  } catch {
    throw new ChainBroken("line 1: not an object of JSON");
  }
  if (!isObject(value) || value["format"] !== FORMAT) throw notOne();
  const text = (name: string): string => {
    const member = value[name];
    if (typeof member !== "string") throw new ChainBroken(`line 1: ${name} is missing`);
    return member;
  };
  const about = {
    installation: text("installation"),
    chain: text("chain"),
    first: text("first"),
    last: text("last"),
    continues: text("continues"),
  };
  if (!/^[1-9]\d{0,18}$/.test(about.first))
    throw new ChainBroken(`line 1: ${about.first.slice(0, 40)} is no number of an entry`);
  if (line !== headOf(about)) throw new ChainBroken("line 1: it says more than a segment does, or in another way");
  return { ...about, first: BigInt(about.first) };
};

const BODY = '{"body":"';

/** A line is not read as JSON before it is known to be ours: what is nested deep enough would end the process. */
const bodyOf = (line: string, number: number): Uint8Array => {
  const end = line.indexOf('"', BODY.length);
  if (!line.startsWith(BODY) || end === -1) throw new ChainBroken(`line ${number}: no entry with a body`);
  if (end > LONGEST_BODY) throw new ChainBroken(`line ${number}: longer than any entry`);
  return Buffer.from(line.slice(BODY.length, end), "base64");
};

const entryOf = (bytes: Uint8Array, number: number): LedgerEntry => {
  try {
    return LedgerEntry.decode(bytes);
  } catch {
    throw new ChainBroken(`line ${number}: its body is not an entry`);
  }
};
