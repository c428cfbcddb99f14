import { type JetStreamConfig, type NatsServer, type ServerConfig, startNatsServer } from "@evenkeel/embedded-nats";

import { temporaryFolder } from "./temporary-folder.ts";

export type NatsOptions = Partial<ServerConfig> & { readonly jetstream?: JetStreamConfig | false };
export interface TestNats extends NatsServer {
  readonly folder: string;
}

/**
 * A real nats-server with JetStream on a temporary folder, gone on disposal; give `folder` to keep a store over restarts.
 * Where nothing is kept it ends without a goodbye: a server takes half a second for one, and one of three longer.
 */
export const startNats = async (options: NatsOptions = {}): Promise<TestNats> => {
  await using stack = new AsyncDisposableStack();
  const folder = options.folder ?? stack.use(await temporaryFolder({ inMemory: true })).path;
  const server = await startNatsServer({ ...options, folder });
  stack.defer(() => (options.folder === undefined ? server.kill() : server[Symbol.asyncDispose]()));
  const owned = stack.move();
  return { ...server, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};
