// For an install: one nkey a service, which is its identity on the bus and signs its facts, what the others need of it, and
// the secret that keys hashes of Secrets.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createIdentities } from "@evenkeel/bus";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: node deploy/make-identities.ts FOLDER\n");
  process.exitCode = 2;
} else {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { keys, migrate, recordKey, trust } = createIdentities();
  const variables: string[] = [];
  for (const [service, { seed, publicKey }] of [...Object.entries(keys), ["migrate", migrate] as const]) {
    await mkdir(join(folder, service), { recursive: true, mode: 0o700 });
    await writeFile(join(folder, service, "seed.nk"), seed, { mode: 0o600 });
    variables.push(`EVENKEEL_NKEY_${service.toUpperCase().replaceAll("-", "_")}=${publicKey}`);
  }
  await mkdir(join(folder, "record"), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, "record", "record.key"), recordKey, { mode: 0o600 });
  await writeFile(join(folder, "trust.json"), `${JSON.stringify(trust, null, 2)}\n`);
  await writeFile(join(folder, "nkeys.env"), `${variables.join("\n")}\n`);
  process.stdout.write(`${folder}: seed.nk of each service, record.key, trust.json, nkeys.env\n`);
}
