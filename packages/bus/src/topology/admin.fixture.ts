import { jetstreamManager } from "@nats-io/jetstream";
import { nkeyAuthenticator } from "@nats-io/nats-core";

import type { TestBus } from "../bus.fixture.ts";

// For the tests of this package only.

/** The one that may delete streams and consumers. */
export const adminOf = async (bus: TestBus) => {
  const nc = await bus.dial({
    servers: bus.nats.url,
    inboxPrefix: "_INBOX_migrate",
    authenticator: nkeyAuthenticator(new TextEncoder().encode(bus.identities.migrate.seed)),
  });
  return { jsm: await jetstreamManager(nc), [Symbol.asyncDispose]: () => nc.close() };
};
