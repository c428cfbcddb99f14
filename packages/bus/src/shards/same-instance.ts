import type { Member } from "@evenkeel/contracts";

import { InstanceTaken } from "../bus-errors.ts";

type Run = Pick<Member, "session" | "startedAtMs">;

/** What an announcement under our own instance id means: it is ours, or one of two live processes must give way. */
export type RivalDecision = "ours" | "they give way" | "we give way";

/** Of two runs under one instance id the elder goes on; both come to the same answer. */
export const decideRival = (ours: Run, seen: Run): RivalDecision => {
  if (seen.session === ours.session || seen.session === "") return "ours";
  const isElder =
    seen.startedAtMs === ours.startedAtMs ? seen.session < ours.session : seen.startedAtMs < ours.startedAtMs;
  return isElder ? "we give way" : "they give way";
};

/** The error that ends the younger of two. */
export const instanceTaken = (service: string, instance: string, { startedAtMs }: Run): InstanceTaken =>
  new InstanceTaken(
    `instance id ${instance} of ${service} is in use by another live process, started ${new Date(Number(startedAtMs)).toISOString()}: ` +
      "two under one id would take each other's shards. Give each its own EVENKEEL_INSTANCE, or its own data directory",
  );
