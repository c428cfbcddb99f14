export { eventually, type EventuallyOptions } from "./eventually.ts";
export { type NatsOptions, startNats, type TestNats } from "./start-nats.ts";
export { temporaryFolder, type TemporaryFolder } from "./temporary-folder.ts";
