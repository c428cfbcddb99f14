import type { ClusterCondition } from "@evenkeel/contracts";
import { flows } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { createProjection } from "../follow/projection.ts";

import { doubtOfCluster, foldClusterCondition } from "./cluster-record.ts";
import type { ClusterRecord } from "./cluster-record.ts";

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 29, 12, 0, second));
const condition = (code: string, epoch = 1n): ClusterCondition => ({
  cluster: "prod-eu",
  unreachable: code === "" ? undefined : { code, message: `cluster prod-eu: ${code}`, remedy: "look" },
  since: at(20),
  at: at(21),
  epoch,
  cause: code,
});
const record = (told: ClusterCondition | undefined): ClusterRecord => ({
  cluster: "prod-eu",
  since: at(1),
  condition: told,
});

describe("doubt about a cluster", () => {
  test.each([
    ["none while it answers a living detector", condition(""), at(28), undefined],
    ["of one that was never watched, since we asked", condition(""), undefined, ["Unobserved", 1]],
    ["of one whose detector fell silent, since it was heard", condition(""), at(21), ["Unobserved", 21]],
    ["none in the 8 s in which a detector may be late", condition(""), at(22), undefined],
    ["of one that nobody has reached yet", undefined, at(29), ["Unobserved", 1]],
    ["of one that does not answer, since its last answer", condition("ApiUnavailable"), at(29), ["ApiUnavailable", 20]],
  ])("%s", (_title, told, watchedAt, expected) => {
    const doubt = doubtOfCluster(record(told), watchedAt, at(30));
    expect(doubt === undefined ? undefined : [doubt.reason.code, doubt.since.getUTCSeconds()]).toEqual(expected);
  });

  test("of one that was known until a nats-server came back with less, is as old as what was last known", () => {
    let now = at(1);
    const projection = createProjection(() => now);
    const look = (watchedAt: Date) => {
      const [cluster] = projection.clusters();
      const doubt = cluster === undefined ? undefined : doubtOfCluster(cluster, watchedAt, now);
      projection.doubtCluster("prod-eu", doubt);
      return doubt;
    };
    projection.fold(flows.clusterCondition.type, condition(""));
    now = at(50);
    expect(look(at(49))).toBeUndefined();
    projection.forget("HEALTH");
    now = at(55);
    expect(look(at(54))).toMatchObject({ reason: { code: "Unobserved" }, since: at(50) });
    // It goes on from there, and does not become younger.
    now = at(59);
    expect(look(at(58))).toMatchObject({ since: at(50) });
    projection.fold(flows.clusterCondition.type, condition(""));
    expect(look(at(58))).toBeUndefined();
  });

  test("a detector that was followed by another is not heard any more", () => {
    const now = foldClusterCondition(record(condition("", 7n)), condition("ApiUnavailable", 6n));
    expect(now.condition?.unreachable).toBeUndefined();
  });

  test("a number above that of the lease of now outranks nobody: the leases were put back to an older state", () => {
    const lost = foldClusterCondition(record(condition("", 7n)), condition("ApiUnavailable", 6n), 6n);
    expect(lost.condition?.unreachable).toMatchObject({ code: "ApiUnavailable" });
    const overlap = foldClusterCondition(record(condition("", 7n)), condition("ApiUnavailable", 6n), 7n);
    expect(overlap.condition?.unreachable).toBeUndefined();
  });
});
