import { readFile } from "node:fs/promises";

import { StatusServiceDefinition } from "@evenkeel/contracts";
import { ChannelCredentials } from "@grpc/grpc-js";
import { ClientError, createChannel, createClientFactory, Status } from "nice-grpc";
import type { Client } from "nice-grpc";

import { CliFailure, exitCode } from "./cli-failure.ts";
import type { ServerAddress } from "./server-address.ts";

export type StatusClient = Client<typeof StatusServiceDefinition>;

/** Files of TLS; without them the system's authorities count. */
export interface TlsFlags {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

export interface StatusConnection extends Disposable {
  readonly client: StatusClient;
  /** Options of a call that is not to take longer than `--timeout`. */
  readonly within: () => { readonly signal: AbortSignal };
}

const isLoopback = (address: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]):\d+$/.test(address);

const read = async (file: string | undefined): Promise<Buffer | null> => {
  if (file === undefined) return null;
  try {
    return await readFile(file);
  } catch (error) {
    throw new CliFailure(`${file} cannot be read: ${(error as Error).message}`, exitCode.trouble, { cause: error });
  }
};

const credentials = async (address: string, tls: TlsFlags): Promise<ChannelCredentials> => {
  const wanted = tls.caFile !== undefined || tls.certFile !== undefined;
  if (!wanted && isLoopback(address)) return ChannelCredentials.createInsecure();
  const [ca, cert, key] = await Promise.all([read(tls.caFile), read(tls.certFile), read(tls.keyFile)]);
  return ChannelCredentials.createSsl(ca, key, cert);
};

/** A client of the status service; plaintext on loopback only. Nothing is sent before the first call. */
export const connectStatus = async (
  server: ServerAddress,
  tls: TlsFlags,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<StatusConnection> => {
  const channel = createChannel(server.address, await credentials(server.address, tls));
  return {
    client: createClientFactory().create(StatusServiceDefinition, channel),
    within: () => ({ signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) }),
    [Symbol.dispose]: () => channel.close(),
  };
};

const unreachable = (server: ServerAddress, detail: string): CliFailure =>
  new CliFailure(
    `no answer from ${server.address} (${server.origin}): ${detail}; start one with \`npm start\`, or name it with --server`,
  );

/** What a failed call means to the person who typed the command. */
export const callFailure = (error: unknown, server: ServerAddress): unknown => {
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError")) {
    return unreachable(server, "time is up");
  }
  if (!(error instanceof ClientError)) return error;
  if (error.code === Status.NOT_FOUND) return new CliFailure(error.details, exitCode.no, { cause: error });
  if (error.code === Status.UNAVAILABLE) return unreachable(server, error.details);
  return new CliFailure(`${Status[error.code]}: ${error.details}`, exitCode.trouble, { cause: error });
};
