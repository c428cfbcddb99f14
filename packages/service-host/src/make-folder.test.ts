import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { makeFolder } from "./make-folder.ts";

const prepare = async () => {
  const path = await mkdtemp(join(tmpdir(), "evenkeel-folder-"));
  const folder = { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  await writeFile(join(folder.path, "file"), "");
  await mkdir(join(folder.path, "folder"));
  await symlink("folder", join(folder.path, "link"));
  await symlink("nowhere", join(folder.path, "dangling"));
  await symlink("loop", join(folder.path, "loop"));
  return folder;
};

describe("a folder is made, or what hinders is thrown at once", () => {
  test.each([["a"], ["a/b/c"], ["folder"], ["folder/a"], ["link"], ["link/a"]])("%s is there", async (path) => {
    await using folder = await prepare();
    await makeFolder(join(folder.path, path));
    expect((await stat(join(folder.path, path))).isDirectory()).toBe(true);
  });

  test.each([
    ["file", "EEXIST"],
    ["file/a", "ENOTDIR"],
    ["dangling", "ENOENT"],
    ["dangling/a", "ENOENT"],
    ["loop", "ELOOP"],
    ["loop/a", "ELOOP"],
    ["x".repeat(300), "ENAMETOOLONG"],
    ["/proc/x", "ENOENT"],
    ["/proc/x/y/z", "ENOENT"],
    ["/proc/self/x", "ENOENT"],
    ["/dev/null/x", "ENOTDIR"],
  ])("%s is refused as %s", async (path, code) => {
    await using folder = await prepare();
    await expect(makeFolder(path.startsWith("/") ? path : join(folder.path, path))).rejects.toMatchObject({ code });
  });
});
