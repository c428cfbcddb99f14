import { readFileSync } from "node:fs";

/** One write that the API server saw, by whom and on what; without bodies. */
export interface AuditedWrite {
  readonly verb: string;
  readonly user: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly code: number;
  readonly at: string;
}

interface AuditLine {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
}

/** All writes by a user, as the API server's own audit log has them. */
export const writesBy = (auditLog: string, user: string): readonly AuditedWrite[] =>
  readFileSync(auditLog, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AuditLine)
    .filter((line) => line.user.username === user)
    .map((line) => ({
      verb: line.verb,
      user: line.user.username,
      resource: line.objectRef?.resource ?? "",
      namespace: line.objectRef?.namespace ?? "",
      name: line.objectRef?.name ?? "",
      dryRun: line.requestURI.includes("dryRun=All"),
      code: line.responseStatus?.code ?? 0,
      at: line.requestReceivedTimestamp,
    }));

/** Writes that took effect on objects of the apps: no dry-run, no refusal, and not Evenkeel's own namespace. */
export const effects = (writes: readonly AuditedWrite[]): readonly AuditedWrite[] =>
  writes.filter((w) => !w.dryRun && w.code < 300 && w.namespace !== "evenkeel-system" && w.name !== "evenkeel-system");
