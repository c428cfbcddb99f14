export { type JetStreamConfig, type ServerConfig } from "./server-config.ts";
export { NatsServerFailed, type NatsServer, startNatsServer, stopLeftServer } from "./start-nats-server.ts";
