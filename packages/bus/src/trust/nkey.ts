import { fromPublic } from "@nats-io/nkeys";

// The text form of a key: base32 of what it is, the key, and a checksum.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** "U", a user; and "SU", the seed of one. */
const USER = 20 << 3;
const USER_SEED = [(18 << 3) | (USER >> 5), (USER & 31) << 3];

/** CRC-16 as XMODEM has it. */
const checksumOf = (bytes: Uint8Array): number => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  }
  return crc & 0xffff;
};

const encode = (body: Uint8Array): string => {
  const checksum = checksumOf(body);
  let [text, bits, value] = ["", 0, 0];
  for (const byte of [...body, checksum & 0xff, checksum >> 8]) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31];
};

/** The 32 bytes of a user's key as text. The library makes the key anew for that, which takes 3 ms of a connection's 6. */
export const encodeUserKey = (raw: Uint8Array): string => encode(Uint8Array.from([USER, ...raw]));

/** The same for the 32 bytes that a key is made of: secret. */
export const encodeUserSeed = (raw: Uint8Array): string => encode(Uint8Array.from([...USER_SEED, ...raw]));

/** The 32 bytes in it. Throws for what is no public key, by the library's check. */
export const decodePublicKey = (publicKey: string): Uint8Array => {
  fromPublic(publicKey);
  const bytes: number[] = [];
  let [bits, value] = [0, 0];
  for (const char of publicKey) {
    value = (value << 5) | ALPHABET.indexOf(char);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >>> bits) & 0xff);
    value &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes.slice(1, 33));
};
