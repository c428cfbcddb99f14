import { readFile } from "node:fs/promises";

import { withhold } from "@evenkeel/telemetry";

import type { Credentials, ResolvedCredentials } from "./cluster-access.ts";

/** Token and certificate files are re-read after this time, dynamic credentials at 80 % of their life. */
const REREAD_MS = 60_000;

/** The current credentials of one cluster, kept until they age or are dropped. */
export interface CredentialSource {
  current(): Promise<ResolvedCredentials>;
  /** After a 401: the next `current` reads anew. */
  drop(): void;
}

const bearer = (token: string): ResolvedCredentials => ({ authorization: `Bearer ${token.trim()}` });

const read = async (credentials: Credentials): Promise<ResolvedCredentials> => {
  switch (credentials.kind) {
    case "none":
      return {};
    case "token":
      return bearer(credentials.token);
    case "tokenFile":
      return bearer(await readFile(credentials.path, "utf8"));
    case "basic": {
      withhold(credentials.password);
      const pair = Buffer.from(`${credentials.username}:${credentials.password}`, "utf8").toString("base64");
      return { authorization: `Basic ${pair}` };
    }
    case "clientCert":
      return { cert: credentials.cert, key: credentials.key };
    case "clientCertFile": {
      const [cert, key] = await Promise.all([
        readFile(credentials.certPath, "utf8"),
        readFile(credentials.keyPath, "utf8"),
      ]);
      return { cert, key };
    }
    case "dynamic":
      return credentials.read();
  }
};

// From here on no text that leaves this process holds any of it: a server is sent it, and may say it again.
const withholdAll = (resolved: ResolvedCredentials): void => {
  if (resolved.authorization !== undefined) withhold(resolved.authorization.replace(/^\S+ /, ""));
  if (resolved.key !== undefined) withhold(resolved.key);
};

/** Reads credentials on first use, all callers sharing one read. */
export const credentialSource = (credentials: Credentials): CredentialSource => {
  let reading: Promise<ResolvedCredentials> | undefined;
  let staleAt = 0;
  return {
    current: () => {
      if (reading !== undefined && performance.now() < staleAt) return reading;
      staleAt = performance.now() + REREAD_MS;
      const started = read(credentials).then(
        (resolved) => {
          withholdAll(resolved);
          if (resolved.expiresAt !== undefined) {
            staleAt = performance.now() + Math.max(0, resolved.expiresAt - Date.now()) * 0.8;
          }
          return resolved;
        },
        (error: unknown) => {
          reading = undefined; // a failed read is not kept
          throw error;
        },
      );
      reading = started;
      return started;
    },
    drop: () => {
      reading = undefined;
    },
  };
};
