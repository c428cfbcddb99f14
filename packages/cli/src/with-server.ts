import type { CliEnvironment } from "./config.ts";
import { callFailure, connectStatus } from "./connect-status.ts";
import type { StatusConnection } from "./connect-status.ts";
import { timeoutMs } from "./flags.ts";
import type { Flags } from "./flags.ts";
import { findServer } from "./server-address.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one verb against the server; what goes wrong with a call is told in words. */
export const withServer = async <T>(
  terminal: Terminal,
  env: CliEnvironment,
  flags: Flags,
  run: (connection: StatusConnection) => Promise<T>,
): Promise<T> => {
  const server = await findServer({ flag: flags.server, env: env.server, cwd: terminal.cwd });
  const tls = { caFile: flags.caFile, certFile: flags.certFile, keyFile: flags.keyFile };
  using connection = await connectStatus(server, tls, timeoutMs(flags, env, "10s"), terminal.signal);
  try {
    return await run(connection);
  } catch (error) {
    throw callFailure(error, server);
  }
};
