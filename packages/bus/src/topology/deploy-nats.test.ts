import { execFile } from "node:child_process";
import { readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { serviceNames } from "@evenkeel/contracts";
import { startNats } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { accountsFile, keyVariable, profiles } from "./accounts-file.ts";
import { createServiceKey } from "../trust/service-key.ts";

const folder = join(import.meta.dirname, "../../../../deploy/nats");
const profile = Object.keys(profiles) as (keyof typeof profiles)[];
const run = promisify(execFile);

test.each(profile)("accounts-%s.conf says what the table of permissions says", async (name) => {
  expect(await readFile(join(folder, `accounts-${name}.conf`), "utf8")).toBe(accountsFile(name));
});

test.each(profile)("nats-server takes %s.conf as it is, but for the certificates", async (name) => {
  await using running = await startNats({ jetstream: false });
  const { folder: temporary } = running;
  const server = await readlink(`/proc/${running.pid}/exe`);
  const keys = Object.fromEntries(
    [...serviceNames, "migrate"].map((user) => [keyVariable(user), createServiceKey().publicKey]),
  );
  const text = await readFile(join(folder, `${name}.conf`), "utf8");
  await writeFile(join(temporary, "server.conf"), text.replace(/^ *tls \{[^}]*\}\n/gm, ""));
  await writeFile(join(temporary, `accounts-${name}.conf`), accountsFile(name));
  const env = {
    ...process.env,
    ...keys,
    NATS_SERVER_NAME: "nats-0",
    NATS_STORE_DIR: temporary,
    NATS_ROUTES_USER: "r",
  };
  const { stderr } = await run(server, ["-t", "-c", join(temporary, "server.conf")], { env });
  expect(stderr).toContain("is valid");
});
