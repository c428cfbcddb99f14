import { FLEET_SOURCE } from "@evenkeel/contracts";
import { suggest } from "@evenkeel/declarations";
import { Command } from "commander";

import { CliFailure, exitCode } from "./cli-failure.ts";
import { readEnvironment } from "./config.ts";
import type { StatusConnection } from "./connect-status.ts";
import { outputOptions, sinceOf, timeoutMs } from "./flags.ts";
import type { Flags } from "./flags.ts";
import { findWebhook } from "./server-address.ts";
import type { Terminal } from "./terminal.ts";
import { findUnit } from "./unit-argument.ts";
import { diff } from "./verbs/diff.ts";
import { getDrift } from "./verbs/get-drift.ts";
import { getRepositories } from "./verbs/get-repositories.ts";
import { getOneUnit, getUnits } from "./verbs/get-units.ts";
import { history } from "./verbs/history.ts";
import { reconcile } from "./verbs/reconcile.ts";
import { trace } from "./verbs/trace.ts";
import { validate } from "./verbs/validate.ts";
import { verifyLedger } from "./verbs/verify-ledger.ts";
import { parseCondition, wait } from "./verbs/wait.ts";
import { VERSION } from "./version.ts";
import { withServer } from "./with-server.ts";

/** What `get` knows, with the other names that people type. */
const lists = {
  units: ["units", "unit", "u"],
  drift: ["drift", "drifts"],
  repositories: ["repositories", "repository", "repos", "repo", "sources"],
} as const;
type List = keyof typeof lists;

const parseList = (text: string): List => {
  const entries = Object.entries(lists) as [List, readonly string[]][];
  const found = entries.find(([, names]) => names.includes(text.toLowerCase()));
  if (found !== undefined) return found[0];
  const near = suggest(
    text,
    entries.flatMap(([, names]) => names),
  );
  const hint = near === undefined ? `expected ${Object.keys(lists).join(", ")}` : `did you mean "${near}"?`;
  throw new CliFailure(`get ${text}: unknown list; ${hint}`);
};

const withServerFlags = (command: Command): Command =>
  command
    .option(
      "--server <host:port>",
      "status service (EVENKEEL_SERVER; else .evenkeel/server.json upward, else 127.0.0.1:7443)",
    )
    .option("--timeout <duration>", "how long to wait for an answer, such as 10s (EVENKEEL_TIMEOUT)")
    .option("--ca-file <file>", "authorities that the server's certificate is checked against")
    .option("--cert-file <file>", "client certificate, with --key-file")
    .option("--key-file <file>", "key of the client certificate")
    .option("--no-color", "no colours (also NO_COLOR, CI)");

const withOutputFlags = (command: Command): Command =>
  withServerFlags(command)
    .option("-o, --output <form>", "table, wide, json, yaml or name (EVENKEEL_OUTPUT)")
    .option("--no-headers", "no line of titles");

/** The command line: verbs, arguments and flags. `done` is told the exit code of a verb that has one of its own. */
export const buildProgram = (terminal: Terminal, done: (code: number) => void): Command => {
  const env = readEnvironment(terminal.env);
  const on = (flags: Flags): Terminal =>
    terminal.colour && (flags.color === false || env.plain) ? { ...terminal, colour: false } : terminal;
  const cluster = (flags: Flags): string | undefined => flags.cluster ?? env.cluster;
  const serve = (flags: Flags, run: (connection: StatusConnection) => Promise<number | void>): Promise<void> =>
    withServer(terminal, env, flags, async (connection) => done((await run(connection)) ?? exitCode.ok));

  const program = new Command("evenkeel")
    .description("Read what Evenkeel knows. Git is the only way to change what it does.")
    .version(`evenkeel ${VERSION}`, "--version", "print the version")
    .helpCommand("help [verb]", "help for one verb")
    .showHelpAfterError("(try --help)")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });

  withOutputFlags(program.command("get <list> [name]"))
    .description("list units, drift or repositories; `get unit APP@CLUSTER` shows one")
    .option("--cluster <name>", "only this cluster (EVENKEEL_CLUSTER)")
    .option("--app <name>", "only this application")
    .option("--since <duration>", "drift: also what ended since then, such as 1h")
    .action(async (text: string, name: string | undefined, flags: Flags) => {
      const list = parseList(text);
      const options = outputOptions(flags, env);
      if (flags.since !== undefined && list !== "drift") throw new CliFailure(`get ${text} takes no --since`);
      for (const filter of ["cluster", "app"] as const)
        if (flags[filter] !== undefined && list === "repositories")
          throw new CliFailure(`get ${text} takes no --${filter}`);
      if (name !== undefined && list !== "units") throw new CliFailure(`get ${text} takes no name`);
      await serve(flags, async (connection) => {
        const selection = { cluster: cluster(flags), app: flags.app };
        if (list === "drift")
          return getDrift(on(flags), connection, selection, options, sinceOf(flags, terminal.now()));
        if (list === "repositories") return getRepositories(on(flags), connection, options);
        if (name === undefined) return getUnits(on(flags), connection, selection, options);
        return getOneUnit(on(flags), connection, await findUnit(connection, name, cluster(flags), "take"), options);
      });
    });

  withOutputFlags(program.command("history <unit>"))
    .description("every run that wrote to a unit, newest first, from the ledger")
    .option("--cluster <name>", "cluster of the unit (EVENKEEL_CLUSTER)")
    .action((unit: string, flags: Flags) =>
      serve(flags, async (connection) =>
        history(on(flags), connection, await findUnit(connection, unit, cluster(flags)), outputOptions(flags, env)),
      ),
    );

  withOutputFlags(program.command("trace <kind/name>"))
    .description("from an object to its unit, revision, author, drift and trace")
    .option("-n, --namespace <name>", "namespace of the object")
    .option("--cluster <name>", "cluster of the object (EVENKEEL_CLUSTER)")
    .option("--trace-url <prefix>", "what a trace id is put behind (EVENKEEL_TRACE_URL)")
    .action((object: string, flags: Flags) => {
      const { output } = outputOptions(flags, env);
      const query = { object, namespace: flags.namespace, cluster: cluster(flags) };
      const traceUrl = flags.traceUrl ?? env.traceUrl;
      return serve(flags, (connection) => trace(on(flags), connection, query, { output, traceUrl }));
    });

  withOutputFlags(program.command("diff <unit>"))
    .description("open drift of a unit, desired and live; exit code 0 same, 1 differs, 2 could not tell")
    .option("--cluster <name>", "cluster of the unit (EVENKEEL_CLUSTER)")
    .action((unit: string, flags: Flags) =>
      serve(flags, async (connection) => {
        const name = await findUnit(connection, unit, cluster(flags), "take");
        return diff(on(flags), connection, name, outputOptions(flags, env).output);
      }).catch((error: unknown) => {
        // `diff` has said 1 for "differs": what is not there could not be compared.
        throw error instanceof CliFailure ? new CliFailure(error.message, exitCode.trouble, { cause: error }) : error;
      }),
    );

  withServerFlags(program.command("wait <unit>"))
    .description(
      "wait for a unit; exit code 0 met, 1 failed, 2 time is up (default 5m), 3 the same and nobody declared it",
    )
    .requiredOption("--for <condition>", "synced, healthy (and synced) or revision=SHA (live and synced)")
    .option("--cluster <name>", "cluster of the unit (EVENKEEL_CLUSTER)")
    .action(async (unit: string, flags: Flags) => {
      const condition = parseCondition(flags.for ?? "");
      const most = timeoutMs(flags, env, "5m");
      await serve(flags, async (connection) => {
        const name = await findUnit(connection, unit, cluster(flags), "take");
        return wait(on(flags), connection.client, name, condition, most);
      });
    });

  withServerFlags(program.command("reconcile [repository]").alias("sync"))
    .description("ask for a look at a repository now (the fleet's, if none is named), and tell what was seen")
    .option("--webhook <url>", "where push events are taken (else what npm start wrote to .evenkeel/server.json)")
    .option("--webhook-secret <file>", "file with the secret that they are signed with")
    .action(async (repository: string | undefined, flags: Flags) => {
      const known = await findWebhook(terminal.cwd);
      const url = flags.webhook ?? known?.url;
      const secretFile = flags.webhookSecret ?? known?.secretFile;
      if (url === undefined || secretFile === undefined)
        throw new CliFailure("reconcile: no webhook is known here; pass --webhook URL and --webhook-secret FILE");
      await serve(flags, (connection) =>
        reconcile(on(flags), connection, repository ?? FLEET_SOURCE, { url, secretFile }),
      );
    });

  program
    .command("validate <folder>")
    .description("check the declarations of a fleet folder; no server needed")
    .action(async (folder: string) => done(await validate(terminal, folder)));

  program
    .command("verify-ledger <folder>")
    .description(
      "check an export of the ledger; no server needed; exit code 0 whole, 1 altered or missing, 2 unreadable",
    )
    .option("-o, --output <form>", "table, wide, json, yaml or name (EVENKEEL_OUTPUT)")
    .option("--no-headers", "no line of titles")
    .option("--no-color", "no colours (also NO_COLOR, CI)")
    .action(async (folder: string, flags: Flags) =>
      done(await verifyLedger(on(flags), folder, outputOptions(flags, env))),
    );

  program
    .command("version")
    .description("print the version")
    .action(() => terminal.out(`evenkeel ${VERSION}\n`));

  return program;
};
