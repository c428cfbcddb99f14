/** Files of a suite, as patterns from its workspace's folder, each with why the number of servers can matter to it. */
export type OnThreeServers = Readonly<Record<string, string>>;

/**
 * For vitest.config.ts: the whole suite on one nats-server, and these of its files on a cluster of three, too: there a reader
 * may be answered by a server that is behind, a leader moves, and a write stays in doubt.
 */
export const onOneAndThreeServers = (three: OnThreeServers) =>
  (["1", "3"] as const).map((replicas) => ({
    extends: true as const,
    test: {
      name: { label: `R${replicas}`, color: replicas === "1" ? ("cyan" as const) : ("magenta" as const) },
      env: { EVENKEEL_TEST_REPLICAS: replicas },
      ...(replicas === "1" ? {} : { include: Object.keys(three) }),
    },
  }));
