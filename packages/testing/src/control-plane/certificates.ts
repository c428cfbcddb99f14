import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

import { bits, integer, octets, oid, sequence, set, tagged, taggedPrimitive, text, time, truth } from "./der.ts";

export interface KeyPair {
  readonly certPem: string;
  readonly keyPem: string;
}

/** A certificate authority that lives as long as a test run, made with node:crypto alone: no openssl needed. */
export interface Authority extends KeyPair {
  /** For a server on loopback. */
  readonly serverCertificate: () => KeyPair;
  /** For a Kubernetes user: the common name is the user, each organisation a group. */
  readonly clientCertificate: (user: string, groups?: readonly string[]) => KeyPair;
}

interface Subject {
  readonly commonName: string;
  readonly organisations?: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));

export const makeAuthority = (): Authority => {
  const keys = newKeys();
  return authorityOf({
    certPem: certify({ commonName: "evenkeel-test-ca" }, keys.publicKey, keys.privateKey, [
      extension("2.5.29.19", sequence(truth()), "critical"), // basicConstraints: a CA
      extension("2.5.29.15", bits(Buffer.from([0x06]), 1), "critical"), // keyUsage: sign certificates and CRLs
    ]),
    keyPem: pemOfKey(keys.privateKey),
    key: keys.privateKey,
  });
};

export const authorityOf = ({ certPem, keyPem, key }: KeyPair & { readonly key: KeyObject }): Authority => {
  const leaf = (subject: Subject, extensions: readonly Buffer[]): KeyPair => {
    const keys = newKeys();
    const keyUsage = extension("2.5.29.15", bits(Buffer.from([0x80]), 7), "critical"); // digitalSignature
    return {
      certPem: certify(subject, keys.publicKey, key, [keyUsage, ...extensions]),
      keyPem: pemOfKey(keys.privateKey),
    };
  };
  return {
    certPem,
    keyPem,
    serverCertificate: () =>
      leaf({ commonName: "evenkeel-test-server" }, [
        extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"))), // serverAuth
        extension("2.5.29.17", sequence(dnsName("localhost"), ipAddress("127.0.0.1"))),
      ]),
    clientCertificate: (user, groups = []) =>
      leaf({ commonName: user, organisations: groups }, [
        extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.2"))), // clientAuth
      ]),
  };
};

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const pemOfKey = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }) as string;

const certify = (
  subject: Subject,
  publicKey: KeyObject,
  issuerKey: KeyObject,
  extensions: readonly Buffer[],
): string => {
  const now = Date.now();
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))), // v3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    name({ commonName: "evenkeel-test-ca" }),
    sequence(time(new Date(now - DAY_MS)), time(new Date(now + 3650 * DAY_MS))),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(3, sequence(...extensions)),
  );
  const certificate = sequence(body, ECDSA_WITH_SHA256, bits(sign("sha256", body, issuerKey)));
  const lines = certificate
    .toString("base64")
    .replaceAll(/(.{64})/g, "$1\n")
    .trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
};

const name = ({ commonName, organisations = [] }: Subject): Buffer =>
  sequence(
    ...organisations.map((organisation) => set(sequence(oid("2.5.4.10"), text(organisation)))),
    set(sequence(oid("2.5.4.3"), text(commonName))),
  );

const extension = (id: string, value: Buffer, critical?: "critical"): Buffer =>
  sequence(oid(id), ...(critical === undefined ? [] : [truth()]), octets(value));

const dnsName = (host: string): Buffer => taggedPrimitive(2, Buffer.from(host));
const ipAddress = (address: string): Buffer => taggedPrimitive(7, Buffer.from(address.split(".").map(Number)));
