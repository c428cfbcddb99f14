// For an install: one nkey a service, which is its identity on the bus and signs its facts, what the others need of it, and
// the secret that keys hashes of Secrets. Of a folder that has keys nothing is written over: what it lacks is added.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { createIdentities } from "@evenkeel/bus";

const { keys, migrate, recordKey, trust } = createIdentities();
const seeds = [...Object.entries(keys), ["migrate", migrate] as const];
const nkeys = seeds.map(
  ([service, { publicKey }]) => `EVENKEEL_NKEY_${service.toUpperCase().replaceAll("-", "_")}=${publicKey}\n`,
);
const nkeyFiles: readonly (readonly [path: string, text: string])[] = [
  ...seeds.map(([service, { seed }]) => [join(service, "seed.nk"), seed] as const),
  ["trust.json", `${JSON.stringify(trust, null, 2)}\n`],
  ["nkeys.env", nkeys.join("")],
];

const [given] = process.argv.slice(2);
const folder = given === undefined ? undefined : resolve(given);
if (folder === undefined) {
  process.stderr.write("usage: npm run identities -- FOLDER\n");
  process.exitCode = 2;
} else {
  // The nkeys name each other: a part of them is of no use.
  const there = nkeyFiles.filter(([path]) => existsSync(join(folder, path)));
  const missing = nkeyFiles.find(([path]) => !existsSync(join(folder, path)));
  if (there.length > 0 && missing !== undefined) {
    process.stderr.write(
      `${folder} holds nkeys without ${missing[0]}: give a folder of its own, or bring that file back\n`,
    );
    process.exitCode = 1;
  } else {
    const wanted = [...(there.length > 0 ? [] : nkeyFiles), ["record/record.key", recordKey] as const];
    const made = wanted.filter(([path]) => !existsSync(join(folder, path)));
    for (const [path, text] of made) {
      await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
      await writeFile(join(folder, path), text, { mode: 0o600, flag: "wx" });
    }
    const words = made.length === 0 ? "nothing is missing" : `made ${made.map(([path]) => path).join(", ")}`;
    process.stdout.write(`${folder}: ${words}\n`);
  }
}
