import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";

import { FLEET_SOURCE } from "@evenkeel/contracts";
import type { SourceStatus } from "@evenkeel/contracts";

import { CliFailure, exitCode } from "../cli-failure.ts";
import type { StatusConnection } from "../connect-status.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { shortRevision } from "../words.ts";

/** Where push events are taken, and what they are signed with. */
export interface Webhook {
  readonly url: string;
  readonly secretFile: string;
}

/** A look takes a moment: what it found is waited for so long. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 200;

const post = async (webhook: Webhook, repository: string, now: Date, signal: AbortSignal): Promise<void> => {
  const secret = (
    await readFile(webhook.secretFile, "utf8").catch((error: unknown) => {
      throw new CliFailure(`--webhook-secret ${webhook.secretFile}: ${(error as Error).message}`, exitCode.trouble);
    })
  ).trim();
  const body = JSON.stringify({ at: now.toISOString() });
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  let status: number;
  try {
    const answer = await fetch(`${webhook.url.replace(/\/+$/, "")}/hooks/${encodeURIComponent(repository)}`, {
      method: "POST",
      headers: { "x-signature": signature, "content-type": "application/json" },
      body,
      signal,
    });
    await answer.body?.cancel();
    ({ status } = answer);
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CliFailure(`${webhook.url} takes no push events: ${why}`, exitCode.trouble, { cause: error });
  }
  if (status >= 300) {
    const remedy = "a Repository takes them where it declares webhook.kind generic with the same secret";
    throw new CliFailure(`${repository}: the push event was refused (${status}); ${remedy}`, exitCode.trouble);
  }
};

const standingOf = (source: SourceStatus | undefined): string =>
  JSON.stringify([source?.revision, source?.condition?.cause ?? ""]);

const describe = (source: SourceStatus | undefined, name: string): string => {
  const revision = shortRevision(source?.gitRef.replace(/^refs\/(heads|tags)\//, "") ?? "", source?.revision ?? "");
  const { condition } = source ?? {};
  const why = condition?.hold?.reason?.message ?? condition?.error?.message;
  return `${name} is at ${revision || "no accepted commit"}${why === undefined ? "" : `, and is not followed: ${why}`}`;
};

/** A typing error must not be posted; the fleet's own repository is known before it was read. */
const unknownRepository = async (
  { client, within }: Pick<StatusConnection, "client" | "within">,
  repository: string,
): Promise<CliFailure> => {
  const known = (await client.listSources({}, within())).sources.map(({ source }) => source);
  const names = known.length === 0 ? "no repository is known yet; ask again" : `known: ${known.join(", ")}`;
  return new CliFailure(`Repository ${JSON.stringify(repository)} is not known; ${names}`, exitCode.no);
};

/** `reconcile [REPOSITORY]`: sends the source-watcher a signed push event, which only says "look now", and tells what was
 *  seen. */
export const reconcile = async (
  terminal: Terminal,
  { client, within }: StatusConnection,
  repository: string,
  webhook: Webhook,
): Promise<number> => {
  const look = async (): Promise<SourceStatus | undefined> =>
    (await client.listSources({}, within())).sources.find(({ source }) => source === repository);
  const before = await look();
  if (before === undefined && repository !== FLEET_SOURCE)
    throw await unknownRepository({ client, within }, repository);
  await post(webhook, repository, terminal.now(), terminal.signal);
  const until = performance.now() + PATIENCE_MS;
  let after = await look();
  while (standingOf(after) === standingOf(before) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    terminal.signal.throwIfAborted();
    after = await look();
  }
  const isNew = standingOf(after) !== standingOf(before);
  terminal.out(`${plain(`${describe(after, repository)}${isNew ? "" : "; nothing new"}`)}\n`);
  return exitCode.ok;
};
