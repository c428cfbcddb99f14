import { join } from "node:path";

import type { Credentials } from "@evenkeel/git";
import type { Disk } from "@evenkeel/machine";
import { withhold } from "@evenkeel/telemetry";

import type { CredentialsAt } from "../core/source.ts";

/** A referenced secret is not there (yet): its source is held, and goes on when it appears. */
export class SecretMissing extends Error {
  override readonly name = "SecretMissing";
}

/** What is needed to ask a remote, read from the secret's files at each call: a rotated secret is used at once. */
export interface Access {
  readonly credentials: Credentials;
  readonly ca?: string;
}

/** One value of a secret without its last line end; throws SecretMissing that names the reference only. */
export const readSecretKey = async (
  disk: Disk,
  secretsDir: string | undefined,
  name: string,
  key: string,
): Promise<string> => {
  const value = secretsDir === undefined ? undefined : await readText(disk, join(secretsDir, name, key));
  if (value === undefined)
    throw new SecretMissing(`secret ${name} has no readable file ${key} below the secrets directory`);
  withhold(value);
  return value;
};

/** The content of one file without its last line end; undefined where it cannot be read. */
export const readSecretFile = async (disk: Disk, file: string): Promise<string | undefined> => {
  const value = await readText(disk, file);
  if (value !== undefined) withhold(value);
  return value;
};

/** Reads what a credential reference stands for; throws SecretMissing. */
export const readAccess = async (disk: Disk, secretsDir: string | undefined, at: CredentialsAt): Promise<Access> => {
  switch (at.kind) {
    case "none":
      return { credentials: { kind: "none" } };
    case "file":
      return (await disk.isDirectory(at.file))
        ? readWellKnown(disk, at.file, "the credentials directory")
        : readLoginFile(disk, at.file);
    case "secret": {
      if (secretsDir === undefined)
        throw new SecretMissing(`secret ${at.name} is referenced, but no secrets directory is set`);
      if (at.key === undefined) return readWellKnown(disk, join(secretsDir, at.name), `secret ${at.name}`);
      const password = await readSecretKey(disk, secretsDir, at.name, at.key);
      return { credentials: { kind: "basic", username: at.username, password } };
    }
  }
};

const readLoginFile = async (disk: Disk, file: string): Promise<Access> => {
  const text = await readText(disk, file);
  if (text === undefined) throw new SecretMissing("the credentials file cannot be read");
  const colon = text.indexOf(":");
  return {
    credentials:
      colon < 0
        ? { kind: "basic", username: "git", password: text }
        : { kind: "basic", username: text.slice(0, colon), password: text.slice(colon + 1) },
  };
};

const readWellKnown = async (disk: Disk, dir: string, what: string): Promise<Access> => {
  const names = ["username", "password", "bearerToken", "identity", "known_hosts", "ca.crt"] as const;
  const [username, password, token, privateKey, knownHosts, ca] = await Promise.all(
    names.map((name) => readText(disk, join(dir, name))),
  );
  const credentials: Credentials | undefined =
    privateKey !== undefined && knownHosts !== undefined
      ? { kind: "ssh", privateKey, knownHosts }
      : token !== undefined
        ? { kind: "bearer", token }
        : password !== undefined
          ? { kind: "basic", username: username ?? "git", password }
          : ca !== undefined
            ? { kind: "none" }
            : undefined;
  if (credentials === undefined)
    throw new SecretMissing(`${what} holds neither username and password, bearerToken, nor identity and known_hosts`);
  return { credentials, ...(ca === undefined ? {} : { ca }) };
};

const readText = (disk: Disk, file: string): Promise<string | undefined> =>
  disk.readFile(file).then(
    (bytes) =>
      Buffer.from(bytes)
        .toString("utf8")
        .replace(/\r?\n$/, ""),
    () => undefined,
  );
