import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createRecordKey, createServiceKey, trustBundleOf } from "@evenkeel/bus";
import { encodeToken, runningServices } from "@evenkeel/contracts";
import type { RunningService } from "@evenkeel/contracts";

/** In the order in which they start: those that hear before those that tell. */
export const startOrder = runningServices.toReversed();

/** What an installation keeps in its data directory (mode 0700): its id, one key a service, instance ids. */
export interface Installation {
  readonly dir: string;
  readonly id: string;
  /** True if this start made it: objects of an earlier installation may be in the cluster. */
  readonly isNew: boolean;
  readonly keys: Readonly<
    Record<RunningService | "migrate", { readonly publicKey: string; readonly seed: string; readonly seedFile: string }>
  >;
  /** Whose signatures hold: one bundle, as the services are given it here and read it as processes. */
  readonly trust: ReturnType<typeof trustBundleOf>;
  readonly trustFile: string;
  /** Keys hashes of Secrets; for the applier and the drift-detector. */
  readonly recordKeyFile: string;
  readonly instance: (service: RunningService) => string;
}

/** The data directory belongs to another installation than the one that was named. */
export class OtherInstallation extends Error {
  override readonly name = "OtherInstallation";
}

/** Forgets an id that was just made, so that the next start may name another one. */
export const forgetInstallation = (installation: Installation): Promise<void> =>
  rm(join(installation.dir, "installation"));

const readOrMake = async (file: string, make: () => string): Promise<string> => {
  if (existsSync(file)) return (await readFile(file, "utf8")).trim();
  const made = make();
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
};

/** Opens the data directory, making what is missing; `takeOver` names an earlier installation to go on as. */
export const openInstallation = async (dir: string, takeOver?: string): Promise<Installation> => {
  const keyDir = join(dir, "keys");
  const instanceDir = join(dir, "instances");
  for (const folder of [dir, keyDir, instanceDir, join(dir, "secrets")])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  const idFile = join(dir, "installation");
  const isNew = !existsSync(idFile);
  const id = await readOrMake(idFile, () => takeOver ?? `ek${randomUUID().slice(0, 8)}`);
  if (takeOver !== undefined && takeOver !== id) {
    throw new OtherInstallation(
      `${dir} holds installation ${id}, not ${takeOver}; use another --data directory to take ${takeOver} over`,
    );
  }
  // The applier exports only to a folder that was prepared for it.
  await mkdir(join(dir, "ledger", encodeToken(id)), { recursive: true, mode: 0o700 });
  const names = [...startOrder, "migrate"] as const;
  const keys = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => {
        const file = join(keyDir, `${name}.json`);
        const made = JSON.parse(await readOrMake(file, () => JSON.stringify(createServiceKey()))) as {
          readonly publicKey: string;
          readonly seed: string;
        };
        const seedFile = join(keyDir, `${name}.nk`);
        await writeFile(seedFile, made.seed, { mode: 0o600 });
        return [name, { ...made, seedFile }] as const;
      }),
    ),
  ) as Installation["keys"];
  const trust = trustBundleOf(names.map((name) => ({ name, publicKey: keys[name].publicKey })));
  const trustFile = join(keyDir, "trust.json");
  await writeFile(trustFile, JSON.stringify(trust), { mode: 0o600 });
  const recordKeyFile = join(keyDir, "record.key");
  await readOrMake(recordKeyFile, createRecordKey);
  const instances = Object.fromEntries(
    await Promise.all(
      startOrder.map(async (name) => [name, await readOrMake(join(instanceDir, name), randomUUID)] as const),
    ),
  ) as Record<RunningService, string>;
  return { dir, id, isNew, keys, trust, trustFile, recordKeyFile, instance: (service) => instances[service] };
};
