import { GetTraceResponse } from "@evenkeel/contracts";

import { ageOf, inSeconds } from "../age.ts";
import { CliFailure } from "../cli-failure.ts";
import type { StatusConnection } from "../connect-status.ts";
import { writeReply } from "../output.ts";
import type { Output } from "../output.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { authorName, objectName, policyWord, shortRevision, unitName, verdictWord } from "../words.ts";

/** The object that is asked for. */
export interface TraceQuery {
  /** `KIND/NAME`. */
  readonly object: string;
  readonly namespace: string | undefined;
  readonly cluster: string | undefined;
}

const shortDigest = (digest: string): string => (digest === "" ? "" : `desired ${digest.slice(0, 13)}...`);

const stages = ({ applyMs, commitToLiveMs, healthyMs, renderMs }: GetTraceResponse): string => {
  const rows = { render: renderMs, apply: applyMs, healthy: healthyMs };
  const known = Object.entries(rows).filter(([, ms]) => ms > 0n);
  const each = known.map(([name, ms]) => `${name} ${inSeconds(Number(ms))}`).join("  ");
  // Where it is not known when the commit was seen, the later stages may be.
  if (commitToLiveMs === 0n) return each === "" ? "" : `of its way: ${each}`;
  return `live after ${inSeconds(Number(commitToLiveMs + healthyMs))}s${each === "" ? "" : ` (${each})`}`;
};

/** The commit that caused the change is one of another repository: the fleet's. */
const ofOther = ({ cause, unit }: GetTraceResponse): boolean => cause !== undefined && cause.source !== unit?.source;

const causeLine = (reply: GetTraceResponse, now: Date): string => {
  const { author = "", observedAt, revision = "", source = "", subject = "" } = reply.cause ?? {};
  const isGone = author === "" && subject === "" && observedAt === undefined;
  const parts = [
    `${shortRevision(source, revision)}${subject === "" ? "" : ` "${subject}"`}${author === "" ? "" : ` by ${authorName(author)}`}`,
    observedAt === undefined ? "" : `seen ${ageOf(observedAt, now)} ago`,
    isGone ? notOnTheBus(revision) : "",
    isGone && reply.unit?.liveSince !== undefined ? `live for ${ageOf(reply.unit.liveSince, now)}` : "",
    stages(reply),
  ];
  return parts.filter((part) => part !== "").join(", ");
};

/** The bus keeps the newest commits of a source: of an older one only the id is in what was made from it. */
const notOnTheBus = (revision: string): string =>
  revision === ""
    ? "a commit of the fleet that is on the bus no more"
    : `on the bus no more, so who and when is in the fleet's repository: git show -s ${revision}`;

const revisionLine = (reply: GetTraceResponse, now: Date): string => {
  const { author = "", observedAt, ref = "", revision = "", subject = "" } = reply.unit ?? {};
  const words = subject === "" ? "" : ` "${subject}"`;
  const parts = [
    `${shortRevision(ref, revision) || "none live"}${words}${author === "" ? "" : ` by ${authorName(author)}`}`,
    observedAt === undefined ? "" : `seen ${ageOf(observedAt, now)} ago`,
    ofOther(reply) ? "" : stages(reply),
  ];
  return parts.filter((part) => part !== "").join(", ");
};

const driftLine = ({ drift, unit }: GetTraceResponse, now: Date): string => {
  if (unit?.doubt !== undefined)
    return `not known for ${ageOf(unit.doubt.since, now)}: ${unit.doubt.reason?.message ?? ""}`;
  if (drift === undefined) return "none";
  const [field] = drift.fields;
  const [manager] = drift.managers;
  const more = drift.fields.length > 1 ? ` and ${drift.fields.length - 1} more` : "";
  const what =
    field === undefined ? verdictWord[drift.verdict] : `${field.path} ${field.desired} -> ${field.live || "absent"}`;
  const since = manager?.time ?? drift.onset;
  const late =
    manager?.time === undefined || drift.onset === undefined
      ? ""
      : `, seen after ${inSeconds(Math.max(0, drift.onset.getTime() - manager.time.getTime()))}s`;
  return `${what}${more}${manager === undefined ? "" : ` by ${manager.name}`}, ${ageOf(since, now)} ago${late}`;
};

/** `trace KIND/NAME`: object, unit, revision, drift and trace, a line each. */
export const trace = async (
  terminal: Terminal,
  { client, within }: StatusConnection,
  query: TraceQuery,
  options: { readonly output: Output; readonly traceUrl: string | undefined },
): Promise<void> => {
  const [kind = "", name = "", ...rest] = query.object.split("/");
  if (kind === "" || name === "" || rest.length > 0) throw new CliFailure(`${query.object}: expected KIND/NAME`);
  const { cluster = "", namespace = "" } = query;
  const reply = await client.getTrace({ kind, name, namespace, cluster }, within());
  if (writeReply(terminal, options.output, GetTraceResponse.toJSON(reply))) return;
  const { path = "", traceId = "", unit } = reply.unit ?? {};
  const object = `${objectName(reply.ref)} on ${unit?.cluster ?? ""}`;
  const ofUnit = `${unitName(unit)}   path ${path || "-"}`;
  const width = Math.max(object.length, ofUnit.length);
  const policy = policyWord(reply.policy);
  const lines = [
    ["Object", `${object.padEnd(width)}   ${shortDigest(reply.objectDigest)}`],
    ["Unit", `${ofUnit.padEnd(width)}   ${policy === "" ? "" : `policy ${policy}`}`],
    ["Revision", revisionLine(reply, terminal.now())],
    ...(ofOther(reply) ? [["Cause", causeLine(reply, terminal.now())] as const] : []),
    ["Drift", driftLine(reply, terminal.now())],
    ["Trace", traceId === "" ? "-" : `${options.traceUrl ?? ""}${traceId}`],
  ] as const;
  for (const [label, text] of lines) terminal.out(`${label.padEnd(9)} ${plain(text)}\n`);
};
