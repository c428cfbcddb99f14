export { controlPlaneAvailable, sharedControlPlane } from "./control-plane/shared-control-plane.ts";
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "./control-plane/start-control-plane.ts";
export { eventually, type EventuallyOptions } from "./eventually.ts";
export { type NatsOptions, startNats, type TestNats } from "./start-nats.ts";
export { temporaryFolder, type TemporaryFolder } from "./temporary-folder.ts";
