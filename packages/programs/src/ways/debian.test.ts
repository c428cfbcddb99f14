import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { debianMirror, privateApt, updateLists } from "./debian.ts";

test.each([
  ["deb822", "Types: deb\nURIs: http://mirror.example/debian/\nSuites: bookworm", "http://mirror.example/debian"],
  ["one-line", "deb http://mirror.example/debian bookworm main", "http://mirror.example/debian"],
  ["one-line with options", "deb [arch=amd64] https://m.example/x/debian/ trixie main", "https://m.example/x/debian"],
  [
    "after other archives",
    "deb https://packages.example/apt x main\ndeb http://m.example/debian-security s main\ndeb http://m.example/debian b main",
    "http://m.example/debian",
  ],
  ["commented out", "# deb http://mirror.example/debian bookworm main", undefined],
])("reads the system's mirror: %s", (_, sources, mirror) => {
  expect(debianMirror(sources)).toBe(mirror);
});

// Keys that Debian has retired: a real keyring, and the wrong one.
const WRONG = "/usr/share/keyrings/debian-archive-removed-keys.gpg";
test.runIf(existsSync(WRONG))("refuses the real archive with the wrong keyring", { timeout: 60_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), "evenkeel-apt-"));
  try {
    await expect(updateLists(await privateApt(home, WRONG))).rejects.toThrow("is not signed");
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test("says which package is missing where there is no keyring", async () => {
  await expect(privateApt("/nonexistent", "/nonexistent.gpg")).rejects.toThrow("debian-archive-keyring");
});
