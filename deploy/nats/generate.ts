// Writes the accounts of each profile: node deploy/nats/generate.ts
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { accountsFile, profiles } from "@evenkeel/bus";

for (const profile of Object.keys(profiles) as (keyof typeof profiles)[]) {
  await writeFile(join(import.meta.dirname, `accounts-${profile}.conf`), accountsFile(profile));
}
