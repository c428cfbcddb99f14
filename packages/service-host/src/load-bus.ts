import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ShardCounts } from "@evenkeel/contracts";
import { withhold } from "@evenkeel/telemetry";

import type { CommonConfig } from "./common-settings.ts";
import { ConfigInvalid } from "./read-settings.ts";
import { VERSION } from "./version.ts";

/** One key of the trust bundle: whose it is, and from when to when. */
export interface TrustedKey<S extends string = string> {
  readonly publicKey: string;
  readonly role: S;
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** A service's identity on the bus: what `connectBus` of packages/bus takes. */
export interface BusIdentity<S extends string> {
  readonly servers: readonly string[];
  readonly service: S;
  readonly instance: string;
  readonly installation: string;
  readonly seed: string;
  // The roles of the bundle are checked by packages/bus, which alone knows the services.
  readonly trust: { readonly keys: readonly TrustedKey<never>[] };
  readonly counts: ShardCounts;
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  readonly production: boolean;
  readonly version: string;
}

const parseTrust = (text: string): readonly TrustedKey<never>[] => {
  const bundle = JSON.parse(text) as { readonly keys?: readonly TrustedKey<never>[] };
  const keys = bundle.keys ?? [];
  const good = (key: TrustedKey): boolean => typeof key.publicKey === "string" && typeof key.role === "string";
  if (keys.length === 0 || !keys.every(good))
    throw new Error('expected {"keys": [{"publicKey": "U...", "role": "..."}]}');
  return keys;
};

/** Reads the files of a service's identity; throws ConfigInvalid that names each one that cannot be used. */
export const loadBus = async <S extends string>(
  service: S,
  instance: string,
  { bus, installation }: CommonConfig,
): Promise<BusIdentity<S>> => {
  const problems: string[] = [];
  const read = async (env: string, file: string): Promise<string | undefined> => {
    try {
      return (await readFile(file, "utf8")).trim();
    } catch (error) {
      problems.push(`${env} cannot be read: ${file} (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
      return undefined;
    }
  };
  const seed = (await read("EVENKEEL_BUS_SEED_FILE", bus.seedFile)) ?? "";
  withhold(seed);
  const trustText = await read("EVENKEEL_BUS_TRUST_FILE", bus.trustFile);
  let keys: readonly TrustedKey<never>[] = [];
  try {
    if (trustText !== undefined) keys = parseTrust(trustText);
  } catch (error) {
    problems.push(`EVENKEEL_BUS_TRUST_FILE is not a trust bundle: ${bus.trustFile} (${(error as Error).message})`);
  }
  if (problems.length > 0) throw new ConfigInvalid(problems);
  const { counts, production, servers, tlsDir } = bus;
  const file = (name: string): string => join(tlsDir ?? "", name);
  const tls = { caFile: file("ca.crt"), certFile: file("tls.crt"), keyFile: file("tls.key") };
  return {
    servers,
    service,
    instance,
    installation,
    seed,
    trust: { keys },
    counts,
    production,
    version: VERSION,
    ...(tlsDir === undefined ? {} : { tls }),
  };
};
