export { accountsFile, profiles } from "./topology/accounts-file.ts";
export type { BusConfig, MigrateConfig } from "./bus-config.ts";
export { readAnchoredEpoch } from "./topology/config.ts";
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
export type { BusTls } from "./wire/connection.ts";
export { nameClientsBy } from "./wire/client-names.ts";
export type { BusPorts } from "./wire/ports.ts";
export { openForger } from "./trust/forger.ts";
export type { Forger, ForgerConfig } from "./trust/forger.ts";
export { createIdentities } from "./trust/identities.ts";
export type { Identities } from "./trust/identities.ts";
export { createMailbox, Superseded } from "./consume/mailbox.ts";
export { migrateBus } from "./topology/migrate.ts";
export type { Migrated } from "./topology/migrate.ts";
export { natsAuthorization } from "./topology/nats-authorization.ts";
export type { NatsUsers } from "./topology/nats-authorization.ts";
export { done, reject, wait } from "./port.ts";
export type {
  BucketName,
  Bus,
  Liveness,
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
export { reservedBytes } from "./topology/stream-config.ts";
export { route } from "./consume/route.ts";
export { nextInTurn, passOver } from "./consume/share-places.ts";
export { createRecordKey, createServiceKey } from "./trust/service-key.ts";
export type { ServiceKey } from "./trust/service-key.ts";
export type { StoreLevel } from "./topology/store-levels.ts";
export { raiseSeq, readSeq, takeNumber, takeSeq, watchSeqFloor } from "./state/take-seq.ts";
export { trustBundleOf } from "./trust/trust.ts";
export type { TrustBundle, TrustedKey } from "./trust/trust.ts";
export { createVerifiedMemo } from "./trust/verified-memo.ts";
export type { VerifiedMemo } from "./trust/verified-memo.ts";
