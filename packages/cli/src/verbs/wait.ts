import { Health, Sync } from "@evenkeel/contracts";
import type { UnitStatus } from "@evenkeel/contracts";
import type { ReasonCode } from "@evenkeel/words";
import { ClientError, Status } from "nice-grpc";

import { CliFailure, exitCode } from "../cli-failure.ts";
import type { StatusClient } from "../connect-status.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { isFailedResult, shortRevision, standingWord, unitName } from "../words.ts";

/** What is waited for. */
export interface WaitCondition {
  readonly text: string;
  readonly isMet: (unit: UnitStatus) => boolean;
  /** It ended in a failed state: waiting on is of no use. */
  readonly hasFailed: (unit: UnitStatus) => boolean;
}

/** Reasons that pass by themselves, or that a later look may end. */
const passing: readonly string[] = ["", "Pending", "Unverified", "Unhealthy", "Drifted"] satisfies ("" | ReasonCode)[];

const isStuck = (unit: UnitStatus): boolean =>
  unit.doubt === undefined &&
  !passing.includes(unit.reason?.code ?? "") &&
  (isFailedResult(unit.lastResult) || unit.sync === Sync.UNKNOWN || unit.unit?.cluster === "");

/** Reads `--for`: `synced`, `healthy` or `revision=SHA` (at least 4 digits; applied and synced). */
export const parseCondition = (text: string): WaitCondition => {
  if (text === "synced") return { text, isMet: (unit) => unit.sync === Sync.SYNCED, hasFailed: isStuck };
  if (text === "healthy") {
    return {
      text,
      isMet: (unit) => unit.sync === Sync.SYNCED && unit.health === Health.HEALTHY,
      hasFailed: (unit) => isStuck(unit) || (unit.sync === Sync.SYNCED && unit.health === Health.DEGRADED),
    };
  }
  const sha = /^revision=([0-9a-f]{4,64})$/.exec(text)?.[1];
  if (sha === undefined) throw new CliFailure(`--for ${text}: expected synced, healthy or revision=SHA`);
  return {
    text,
    isMet: (unit) => unit.revision.startsWith(sha) && unit.sync === Sync.SYNCED,
    // Where it runs on no cluster, no commit is desired of it.
    hasFailed: (unit) => isStuck(unit) && (unit.unit?.cluster === "" || unit.desiredRevision.startsWith(sha)),
  };
};

const describe = (unit: UnitStatus): string =>
  unit.unit?.cluster === ""
    ? `${unitName(unit.unit)} runs on no cluster`
    : `${unitName(unit.unit)} ${standingWord(unit.sync)} ${standingWord(unit.health)} at ${shortRevision(unit.ref, unit.revision) || "none"}`;

/** Where an application runs, if it is declared. */
const unitsOf = async (client: StatusClient, app: string, signal: AbortSignal): Promise<readonly UnitStatus[]> => {
  try {
    return (await client.listUnits({ app }, { signal })).units;
  } catch (error) {
    // The server knows no such application: it may be declared yet.
    if (signal.aborted || (error instanceof ClientError && error.code === Status.NOT_FOUND)) return [];
    throw error;
  }
};

const failed = (unit: UnitStatus): string => {
  const noCluster = unit.unit?.cluster === "" ? `; ${unit.reason?.remedy ?? ""}` : "";
  return plain(`${describe(unit)}: ${unit.reason?.message || unit.unhealthy[0]?.message || "failed"}${noCluster}`);
};

/** `wait UNIT --for ...`: exit code 0 met, 1 ended in a failed state, 2 time is up, 3 time is up and nobody declared it. A
 *  unit that is not declared yet is waited for, and told at once: a name with a typing error looks like that. */
export const wait = async (
  terminal: Terminal,
  client: StatusClient,
  name: { readonly cluster: string; readonly app: string },
  condition: WaitCondition,
  timeoutMs: number,
): Promise<number> => {
  const late = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([late, terminal.signal]);
  let last: UnitStatus | undefined;
  try {
    for await (const { event } of client.watchUnits(name, { signal })) {
      if (event?.$case === "snapshotComplete" && last === undefined) {
        const others = await unitsOf(client, name.app, signal);
        const nowhere = others.find((unit) => unit.unit?.cluster === "" && condition.hasFailed(unit));
        if (nowhere !== undefined) {
          terminal.err(`${failed(nowhere)}\n`);
          return exitCode.no;
        }
        const place = others.length === 0 ? "" : ` (it runs on ${others.map(({ unit }) => unit?.cluster).join(", ")})`;
        const told = `${unitName(name)} is not declared (yet)${place}; waiting up to ${timeoutMs / 1000} s for it`;
        terminal.err(`${plain(told)}\n`);
      }
      if (event?.$case !== "unit") continue;
      last = event.value;
      if (condition.isMet(last)) {
        terminal.out(`${plain(describe(last))}\n`);
        return exitCode.ok;
      }
      if (condition.hasFailed(last)) {
        terminal.err(`${failed(last)}\n`);
        return exitCode.no;
      }
    }
  } catch (error) {
    if (!late.aborted) throw error;
    const state = last === undefined ? `${unitName(name)} is not declared; npx evenkeel get units` : describe(last);
    const code = last === undefined ? exitCode.undeclared : exitCode.trouble;
    throw new CliFailure(`not ${condition.text} within ${timeoutMs / 1000} s: ${state}`, code, { cause: error });
  }
  throw new CliFailure("the server ended the stream; try again");
};
