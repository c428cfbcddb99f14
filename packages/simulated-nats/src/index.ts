export { type Connection, type User } from "./connection.ts";
export { simulatedDial } from "./dial.ts";
export { type Leaderless } from "./faults.ts";
export { type StreamsState } from "./jetstream/jetstream.ts";
export { type Deliver } from "./link.ts";
export { type Node } from "./node.ts";
export { NotSimulated } from "./not-simulated.ts";
export { createSimulatedNats, type SimulatedNats, type SimulatedNatsOptions } from "./server.ts";
