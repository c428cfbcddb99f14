import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Authority, type KeyPair, authorityOf, makeAuthority } from "./certificates.ts";

/** All that proves who is who in one control plane. */
export interface Credentials {
  readonly caPem: string;
  readonly caKeyPem: string;
  readonly server: KeyPair;
  /** In group system:masters, as is the bearer of `adminToken`. */
  readonly admin: KeyPair;
  readonly adminToken: string;
  readonly serviceAccountKeyPem: string;
}

/** The credentials kept in `folder`, made there the first time. */
export const credentialsIn = async (folder: string): Promise<Credentials> => {
  const path = join(folder, "credentials.json");
  const kept = await readFile(path, "utf8").catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as Credentials;
  const credentials = makeCredentials();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path, JSON.stringify(credentials), { mode: 0o600 });
  return credentials;
};

export const authorityFor = ({ caPem, caKeyPem }: Credentials): Authority =>
  authorityOf({ certPem: caPem, keyPem: caKeyPem });

const makeCredentials = (): Credentials => {
  const authority = makeAuthority();
  const serviceAccounts = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    caPem: authority.certPem,
    caKeyPem: authority.keyPem,
    server: authority.serverCertificate(),
    admin: authority.clientCertificate("admin", ["system:masters"]),
    adminToken: randomBytes(16).toString("hex"),
    serviceAccountKeyPem: serviceAccounts.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
};
