export { createEmbeddedCluster } from "./embedded-cluster.ts";
export type { EmbeddedCluster, EmbeddedClusterOptions } from "./embedded-cluster.ts";
export { asJson, copyOf, isMap } from "./json.ts";
export type { LiveObject, Value, ValueMap } from "./json.ts";
export type { ApiAnswer, ApiHandler, ApiRequest, ApiUser } from "./server/exchange.ts";
export type { AccessQuestion, AdmissionHook, AdmissionReview, Authorizer, Denial } from "./server/hooks.ts";
export type { Store, StoreEvent, StoreKey, StoreSnapshot, Stored } from "./store/store.ts";
export { listenTls } from "./front/listen-tls.ts";
export type { FrontedCluster, ListenOptions, TlsFront } from "./front/listen-tls.ts";
export { openAddress, openAddresses } from "./front/address.ts";
export type { Address, Behind } from "./front/address.ts";
export type { Hop, Line, Reach } from "./front/hop.ts";
export { openInProcess, openOver } from "./front/open-in-process.ts";
export type { InProcessOptions } from "./front/open-in-process.ts";
export type {
  AdmissionFault,
  Fault,
  FaultKind,
  FaultRule,
  FaultScript,
  InjectedFault,
  Moment,
} from "./faults/fault-script.ts";
export { createJumpingClock, createManualClock } from "./faults/manual-clock.ts";
export type { JumpingClock, ManualClock } from "./faults/manual-clock.ts";
export type { RequestFacts, RequestMatch } from "./faults/request-facts.ts";
export { withFaults } from "./faults/with-faults.ts";
export type { FaultTarget, FaultyCluster } from "./faults/with-faults.ts";
export { openJournal } from "./store/journal.ts";
export type { Journal } from "./store/journal.ts";
export type { ControllerName } from "./controllers/controller.ts";
export { startControllers } from "./controllers/start-controllers.ts";
export type { ControlledCluster, Controllers } from "./controllers/run-controllers.ts";
export type { ControllerOptions } from "./controllers/start-controllers.ts";
