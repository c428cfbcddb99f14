import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { join } from "node:path";

import type { ReachTargets } from "./run-request.ts";
import type { Starter } from "./starter.ts";

/**
 * Listens here in every way and lets the starter try to come: undefined if it reaches nothing that a tool could be told
 * to ask, else what it reached. A socket in a folder counts only with `alsoFiles`: no tool can be told to open one.
 */
export const proveIsolation = async (
  starter: Pick<Starter, "reach">,
  folder: string,
  alsoFiles: boolean,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const name = `evenkeel-${process.pid}-${performance.now()}`;
  await using tcp = await listen({ host: "127.0.0.1", port: 0 });
  await using abstract = await listen({ path: `\0${name}` });
  await using file = await listen({ path: join(folder, "s") });
  const udp = createSocket("udp4").bind(0, "127.0.0.1");
  using _udp = { [Symbol.dispose]: () => udp.close() };
  await once(udp, "listening", { signal });
  const targets: ReachTargets = {
    tcp: tcp.port,
    udp: udp.address().port,
    abstract: abstract.path,
    ...(alsoFiles ? { file: file.path } : {}),
  };
  const reached = await starter.reach(targets, signal);
  return reached.length === 0 ? undefined : `it still reaches ${reached.join(", ")}`;
};

const listen = async (where: {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}): Promise<AsyncDisposable & { readonly port: number; readonly path: string }> => {
  const server: Server = createServer((socket) => socket.destroy()).listen(where);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    path: where.path ?? "",
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
};
