// For tests only: a gRPC server that gives fixed replies, and a command line run against it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { StatusServiceDefinition } from "@evenkeel/contracts";
import type { StatusServiceImplementation } from "@evenkeel/contracts";
import { createServer, ServerError, Status } from "nice-grpc";

import { runCli } from "./run-cli.ts";

/** The clock of all golden screens. */
export const now = new Date("2026-11-22T12:00:00Z");
export const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const absent = (): never => {
  throw new ServerError(Status.NOT_FOUND, "Unit other@prod-eu not found");
};

const nothing: StatusServiceImplementation = {
  getUnit: absent,
  listUnits: async () => ({ units: [] }),
  // oxlint-disable-next-line require-yield
  watchUnits: async function* () {
    absent();
  },
  listDrift: async () => ({ items: [] }),
  getHistory: absent,
  getTrace: absent,
  listSources: async () => ({ sources: [] }),
};

export interface StubServer extends AsyncDisposable {
  readonly address: string;
  /** Runs one command line against this server, with the fixed clock. */
  run(line: string, env?: Readonly<Record<string, string>>): Promise<Ran>;
}

/** Runs a command line without a server of its own. */
export const runLine = async (
  line: string,
  given: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<Ran> => {
  let out = "";
  let err = "";
  const code = await runCli(line.split(" "), {
    out: (text) => (out += text),
    err: (text) => (err += text),
    now: () => now,
    cwd: given.cwd ?? tmpdir(),
    env: given.env ?? {},
    colour: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
};

export const serveStub = async (replies: Partial<StatusServiceImplementation>): Promise<StubServer> => {
  const server = createServer();
  server.add(StatusServiceDefinition, { ...nothing, ...replies });
  const port = await server.listen("127.0.0.1:0");
  const address = `127.0.0.1:${port}`;
  const cwd = await mkdtemp(join(tmpdir(), "evenkeel-cli-"));
  return {
    address,
    run: (line, env = {}) => runLine(line, { env: { EVENKEEL_SERVER: address, ...env }, cwd }),
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
      await rm(cwd, { recursive: true });
    },
  };
};
