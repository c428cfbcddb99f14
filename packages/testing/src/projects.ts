/** For vitest.config.ts: the whole suite on one nats-server and on three, as only these show what writers do to each other. */
export const onOneAndThreeServers = (["1", "3"] as const).map((replicas) => ({
  extends: true as const,
  test: {
    name: { label: `R${replicas}`, color: replicas === "1" ? ("cyan" as const) : ("magenta" as const) },
    env: { EVENKEEL_TEST_REPLICAS: replicas },
  },
}));
