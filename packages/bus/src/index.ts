export { accountsFile, profiles } from "./accounts-file.ts";
export type { BusConfig, MigrateConfig } from "./bus-config.ts";
export { readAnchoredEpoch } from "./config.ts";
export {
  BusCheckFailed,
  BusConflict,
  BusRefused,
  BusStoreTooSmall,
  BusUnavailable,
  StoreFull,
  InstanceTaken,
} from "./bus-errors.ts";
export { connectBus } from "./connect-bus.ts";
export type { BusTls } from "./connection.ts";
export { openForger } from "./forger.ts";
export type { Forger, ForgerConfig } from "./forger.ts";
export { createIdentities } from "./identities.ts";
export type { Identities } from "./identities.ts";
export { createMailbox, Superseded } from "./mailbox.ts";
export { migrateBus } from "./migrate.ts";
export type { Migrated } from "./migrate.ts";
export { natsAuthorization } from "./nats-authorization.ts";
export type { NatsUsers } from "./nats-authorization.ts";
export { done, reject, wait } from "./port.ts";
export type {
  Bucket,
  BucketEntry,
  BucketName,
  Bus,
  Liveness,
  Codec,
  Delivery,
  DeliveryOf,
  Handler,
  Latest,
  LatestHandlers,
  Lease,
  Mailbox,
  Outcome,
  OwnState,
  OwnStateOf,
  Published,
  PublishOptions,
  Route,
  ShardCapability,
  ShardWork,
  State,
  StateEntry,
  StateOf,
  WatchHandlers,
} from "./port.ts";
export { reservedBytes } from "./stream-config.ts";
export { route } from "./route.ts";
export { nextInTurn, passOver } from "./share-places.ts";
export { createRecordKey, createServiceKey } from "./service-key.ts";
export type { ServiceKey } from "./service-key.ts";
export type { StoreLevel } from "./store-levels.ts";
export { raiseSeq, readSeq, takeNumber, takeSeq, watchSeqFloor } from "./take-seq.ts";
export { trustBundleOf } from "./trust.ts";
export type { TrustBundle, TrustedKey } from "./trust.ts";
export { createVerifiedMemo } from "./verified-memo.ts";
export type { VerifiedMemo } from "./verified-memo.ts";
