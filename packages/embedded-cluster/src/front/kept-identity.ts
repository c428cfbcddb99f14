import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { authorityOf, makeAuthority } from "@evenkeel/certificates";
import type { Authority, KeyPair } from "@evenkeel/certificates";

/** What a front is known by: kept, so that a kubeconfig stays good over restarts. */
export interface Identity {
  readonly authority: Authority;
  readonly server: KeyPair;
  /** Of the user `admin` in `system:masters`, beside its certificate. */
  readonly admin: KeyPair;
  readonly adminToken: string;
  /** Of the last run; 0 when there was none. */
  readonly port: number;
}

interface KeptIdentity {
  readonly ca: KeyPair;
  readonly server: KeyPair;
  readonly admin: KeyPair;
  readonly adminToken: string;
  readonly port: number;
}

export const ADMIN = { name: "admin", groups: ["system:masters"] } as const;
const FILE = "front.json";

const makeIdentity = (): Identity => {
  const authority = makeAuthority();
  return {
    authority,
    server: authority.serverPair(),
    admin: authority.userPair(ADMIN),
    adminToken: randomBytes(24).toString("base64url"),
    port: 0,
  };
};

/** The identity kept in `folder` (file `front.json`), or a new one; without a folder it lasts as long as the front. */
export const readIdentity = async (folder: string | undefined): Promise<Identity> => {
  if (folder === undefined) return makeIdentity();
  const text = await readFile(join(folder, FILE), "utf8").catch(() => undefined);
  if (text === undefined) return makeIdentity();
  const { ca, ...kept } = JSON.parse(text) as KeptIdentity;
  return { ...kept, authority: authorityOf(ca) };
};

/** Keeps an identity with the port now listened on; only its owner may read the folder. */
export const keepIdentity = async (folder: string, { authority, ...rest }: Identity): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept: KeptIdentity = { ...rest, ca: authority.pair };
  await writeAtomically(join(folder, FILE), JSON.stringify(kept));
};

/** Replaces a file in one step, readable by its owner alone. */
export const writeAtomically = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
};
