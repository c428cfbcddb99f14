import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { der } from "./der.ts";

/** Whom a certificate names: the common name is the user, each organisation a group. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Signs the certificate of a server on loopback, and those of its users. */
export interface Authority {
  readonly pair: KeyPair;
  serverPair(): KeyPair;
  userPair(user: User): KeyPair;
}

const DAY_MS = 86_400_000;
const LIFE_DAYS = 3650;
const NAME = "evenkeel-ca";
const ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SUBJECT_ALT_NAME = "2.5.29.17";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

const extension = (id: string, content: Uint8Array, critical: boolean): Buffer =>
  der.sequence(der.oid(id), ...(critical ? [der.truth()] : []), der.octets(content));

const nameOf = ({ name, groups }: User): Buffer =>
  der.sequence(
    ...groups.map((group) => der.set(der.sequence(der.oid("2.5.4.10"), der.text(group)))),
    der.set(der.sequence(der.oid("2.5.4.3"), der.text(name))),
  );

interface Wanted {
  readonly subject: User;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

const certify = ({ subject, publicKey, extensions }: Wanted, issuerKey: KeyObject): string => {
  const now = Date.now(); // certificates are judged by the clients' machine clock, never by that of a cluster
  const body = der.sequence(
    der.constructed(0, der.integer(Buffer.from([2]))), // X.509 v3
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_SHA256,
    nameOf({ name: NAME, groups: [] }),
    der.sequence(der.time(new Date(now - DAY_MS)), der.time(new Date(now + LIFE_DAYS * DAY_MS))),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der.constructed(3, der.sequence(...extensions)),
  );
  const signed = der.sequence(body, ECDSA_SHA256, der.bits(sign("sha256", body, issuerKey)));
  const lines = signed.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
};

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }) as string;

/** The authority of a kept certificate and key. */
export const authorityOf = (pair: KeyPair): Authority => {
  const issuerKey = createPrivateKey(pair.key);
  const leaf = (subject: User, extensions: readonly Buffer[]): KeyPair => {
    const keys = newKeys();
    const signsOnly = extension(KEY_USAGE, der.bits(Buffer.from([0x80]), 7), true);
    const wanted = { subject, publicKey: keys.publicKey, extensions: [signsOnly, ...extensions] };
    return { cert: certify(wanted, issuerKey), key: pem(keys.privateKey) };
  };
  return {
    pair,
    serverPair: () =>
      leaf({ name: "evenkeel-server", groups: [] }, [
        extension(EXTENDED_KEY_USAGE, der.sequence(der.oid(SERVER_AUTH)), false),
        extension(
          SUBJECT_ALT_NAME,
          der.sequence(der.plain(2, Buffer.from("localhost")), der.plain(7, Buffer.from([127, 0, 0, 1]))),
          false,
        ),
      ]),
    userPair: (user) => leaf(user, [extension(EXTENDED_KEY_USAGE, der.sequence(der.oid(CLIENT_AUTH)), false)]),
  };
};

/** A new authority; its certificates are good for ten years. */
export const makeAuthority = (): Authority => {
  const keys = newKeys();
  const cert = certify(
    {
      subject: { name: NAME, groups: [] },
      publicKey: keys.publicKey,
      extensions: [
        extension(BASIC_CONSTRAINTS, der.sequence(der.truth()), true),
        extension(KEY_USAGE, der.bits(Buffer.from([0x06]), 1), true), // signs certificates and revocation lists
      ],
    },
    keys.privateKey,
  );
  return authorityOf({ cert, key: pem(keys.privateKey) });
};
