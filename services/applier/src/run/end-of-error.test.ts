import { wait } from "@evenkeel/bus";
import { ApplyResult } from "@evenkeel/contracts";
import { ApiError, ConnectionUnavailable, KubeconfigRefused, OtherCluster } from "@evenkeel/kube";
import { describe, expect, test } from "vitest";

import { AnchorNamespaceMissing } from "../cluster/anchor-store.ts";
import { PlacedElsewhere } from "../cluster/anchors.ts";
import { ClusterTaken } from "../cluster/cluster-identities.ts";
import { AnchorDamaged } from "../core/anchor/anchor-document.ts";
import { BodyMissing } from "../partition/declarations.ts";
import { endNaming, endOf } from "./end-of-error.ts";
import { RunHalted } from "./run-halted.ts";
import { ClaimUnreadable } from "../claims/unreadable-claim.ts";
import { AuditUnavailable, EpochUnknown, LeaseLost, LedgerFull, StateMoved } from "../write/write-refused.ts";

const ref = { group: "", kind: "ConfigMap", namespace: "demo", name: "one" };
const now = new Date("2030-01-01T00:00:00Z");
const late = (BigInt(now.getTime()) / 1000n + 60n) * 65_536n;
const refused = new ApiError("GET /version", {
  errorClass: "TRANSIENT",
  status: 0,
  reason: "ECONNREFUSED",
  message: "refused",
  causes: [],
});
const superseded = new RunHalted(ApplyResult.SUPERSEDED, { code: "Superseded", message: "m", remedy: "r" }, false);

const { FAILED, HELD, SUPERSEDED } = ApplyResult;
const again = true;

describe("an error that is told", () => {
  test.each([
    ["a cluster that does not answer fails", refused, FAILED, again, "ApiUnavailable", /tried again/],
    ["a refused kubeconfig holds", new KubeconfigRefused("users", "no"), HELD, again, "KubeconfigRefused", /spec.conn/],
    ["no way to a cluster holds", new ConnectionUnavailable("no file"), HELD, again, "ConfigInvalid", /spec.conn/],
    ["a ledger that differs holds", new AuditUnavailable("gap"), HELD, again, "AuditUnavailable", /REBUILD=<when/],
    ["a ledger without room holds", new LedgerFull("full"), HELD, again, "AuditUnavailable", /BUS_SIZE/],
    [
      "an epoch of a clock ahead holds",
      new EpochUnknown("e", late, now),
      HELD,
      again,
      "AuditUnavailable",
      /ANCHORED_EP/,
    ],
    ["a damaged anchor holds", new AnchorDamaged("no JSON"), HELD, again, "AuditUnavailable", /anchor .* is mended/],
    [
      "a namespace for anchors that is missing holds",
      new AnchorNamespaceMissing("x"),
      HELD,
      again,
      "Forbidden",
      /create namespace/,
    ],
    [
      "a claim under junk holds",
      new ClaimUnreadable(ref, "junk", ["a"]),
      HELD,
      again,
      "OwnershipConflict",
      /remove it/,
    ],
    [
      "a cluster under two names holds",
      new ClusterTaken("two names"),
      HELD,
      again,
      "ClusterDuplicate",
      /declare it once/,
    ],
    [
      "another cluster behind a name fails",
      new OtherCluster("1", "2"),
      FAILED,
      again,
      "ApiUnavailable",
      /applied to it/,
    ],
    ["a unit placed elsewhere is superseded", new PlacedElsewhere("p"), SUPERSEDED, false, "Superseded", /whoever/],
    ["a body that is not stored holds", new BodyMissing("set"), HELD, again, "BusUnavailable", /rendered or stored/],
    ["a halt is told as it says", superseded, SUPERSEDED, false, "Superseded", /r/],
  ] as const)("%s", (_, error, result, isAgain, code, remedy) => {
    const end = endOf(error, { cluster: "prod", stopped: true });
    const reason = { code, message: expect.any(String), remedy: expect.stringMatching(remedy) };
    expect(end).toMatchObject({ kind: "halted", halt: { result, again: isAgain, reason } });
  });

  test("where the bus is to be made anew, the remedy names when it was made", async () => {
    const end = await endNaming({ birth: async () => "today" }, new AuditUnavailable("gap"), { cluster: "prod" });
    expect(end).toMatchObject({ halt: { reason: { remedy: expect.stringContaining("EVENKEEL_BUS_REBUILD=today,") } } });
  });
});

describe("an error that is not told", () => {
  const left = (ms: number, reason: string) => ({ kind: "left", outcome: wait(ms, reason) });
  test.each([
    ["a lease that ended leaves it to the successor", new LeaseLost("ended"), false, left(1_000, "ended")],
    ["a value that others wrote is read again", new StateMoved("moved"), false, left(100, "moved")],
    ["whatever a stopped run throws is left", new Error("aborted"), true, left(100, "stopped before the end")],
    ["anything else is unexpected", new Error("bug"), false, { kind: "unexpected" }],
  ] as const)("%s", (_, error, stopped, end) => {
    expect(endOf(error, { cluster: "prod", stopped })).toEqual(end);
  });
});
