import { describe, expect, test } from "vitest";

import { decideFence } from "./fence.ts";
import type { FenceQuestion } from "./fence.ts";

/** Versions as numbers, and 0 as one that is newer here and older there. */
const compare = (a: number, b: number) =>
  a === 0 ? ("mixed" as const) : a === b ? ("equal" as const) : a > b ? ("newer" as const) : ("older" as const);

const question = (change: Partial<FenceQuestion<number>>): FenceQuestion<number> => ({
  desired: { version: 7, digest: "d7", placement: 1n },
  epoch: 5n,
  anchor: { epoch: 5n, placement: 1n, removedAt: 0n },
  anchored: { version: 6, digest: "d6" },
  known: [{ version: 6, digest: "d6" }],
  compare,
  fleetOf: BigInt,
  ...change,
});
const desired = (version: number, digest = `d${version}`, placement = 1n) => ({
  desired: { version, digest, placement },
});

describe("a desired at the cluster's door", () => {
  test.each<[string, Partial<FenceQuestion<number>>, string]>([
    ["is applied if it is newer than all that is known", {}, "apply"],
    ["is applied if nothing is known", { anchored: undefined, known: [] }, "apply"],
    ["is only verified if it is the last one again", desired(6), "verify"],
    ["is only verified if the ledger knows it already", { known: [{ version: 7, digest: "d7" }] }, "verify"],
    ["is behind if the anchor knows a newer one", desired(5), "seq-behind"],
    ["is behind if it is older in one part and newer in another", { ...desired(0), known: [] }, "seq-behind"],
    [
      "is superseded if only the inventory knows a newer one",
      { anchored: undefined, known: [{ version: 9, digest: "d9" }] },
      "superseded",
    ],
    [
      "is superseded if only the ledger knows a newer one",
      {
        known: [
          { version: 6, digest: "d6" },
          { version: 9, digest: "d9" },
        ],
      },
      "superseded",
    ],
    [
      "is behind if its app was removed at a newer fleet",
      { anchored: undefined, known: [], anchor: { epoch: 5n, placement: 1n, removedAt: 8n } },
      "seq-behind",
    ],
    ["passes the floor if its app has an entry", { anchor: { epoch: 5n, placement: 1n, removedAt: 8n } }, "apply"],
    ["is quarantined if its version has another content", desired(6, "other"), "quarantine"],
    [
      "loses the lease if the anchor has a later epoch",
      { anchor: { epoch: 6n, placement: 1n, removedAt: 0n } },
      "drop-lease",
    ],
    ["passes an earlier epoch", { anchor: { epoch: 4n, placement: 1n, removedAt: 0n } }, "apply"],
    [
      "is refused under a lower placement, whatever its epoch",
      { ...desired(7, "d7", 1n), epoch: 99n, anchor: { epoch: 5n, placement: 2n, removedAt: 0n } },
      "wrong-placement",
    ],
    [
      "passes the epoch under a higher placement",
      { ...desired(7, "d7", 2n), anchor: { epoch: 99n, placement: 1n, removedAt: 0n } },
      "apply",
    ],
    [
      "is behind under a new owner just as well: the version is tested always",
      { ...desired(5), epoch: 99n },
      "seq-behind",
    ],
  ])("%s", (_title, change, wanted) => {
    const answer = decideFence(question(change));
    expect(answer.kind).toBe(wanted);
    if ("reason" in answer) expect(answer.reason.message).not.toBe("");
  });
});
