import { temporaryFolder } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { requireRoom } from "./require-room.ts";

test("a disk with less room than is needed is told in numbers, with what to do", async () => {
  await using folder = await temporaryFolder();
  await expect(requireRoom(folder.path, 2 ** 50)).rejects.toThrow(
    /the disk of \/.+ has \d+ MiB free, and a start needs \d+ MiB: free some there, or pass --data DIR with a folder of another/,
  );
  await requireRoom(folder.path, 1);
});
