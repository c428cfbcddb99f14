import { spawn } from "node:child_process";
import { mkdir, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { openCallDirectory, sweepCallDirectories } from "./call-directory.ts";
import { parseRepositoryUrl, publicHostsOnly } from "./repository-url.ts";

test("a call's directory is private, holds its credential in 0600 files, and is gone afterwards", async () => {
  const url = parseRepositoryUrl("ssh://git@git.example.org/shop", publicHostsOnly);
  const credentials = { kind: "ssh", privateKey: "KEY", knownHosts: "HOSTS" } as const;
  let dir: string;
  {
    await using call = await openCallDirectory(publicHostsOnly, { url, credentials, addresses: [] });
    dir = call.dir;
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    for (const file of ["gitconfig", "key", "known_hosts"])
      expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
  }
  await expect(stat(dir)).rejects.toThrow("ENOENT");
});

test("what a killed process left is swept by the next one, and a living one's is not", async () => {
  await using own = await openCallDirectory(publicHostsOnly);
  const base = dirname(own.dir);
  expect([tmpdir(), "/dev/shm"]).toContain(base);
  const dead = spawn("true");
  await new Promise((resolve) => dead.once("close", resolve));
  const orphan = join(base, `evenkeel-git-${dead.pid}-test`);
  await mkdir(orphan, { mode: 0o700 });
  await sweepCallDirectories();
  const names = await readdir(base);
  expect(names).not.toContain(`evenkeel-git-${dead.pid}-test`);
  expect(names.some((name) => own.dir.endsWith(name))).toBe(true);
});
