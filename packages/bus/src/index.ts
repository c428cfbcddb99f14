export { done, reject, wait } from "./port.ts";
export type {
  Bucket,
  BucketEntry,
  BucketName,
  Bus,
  Codec,
  Delivery,
  Handler,
  Lease,
  Mailbox,
  Outcome,
  Published,
  PublishOptions,
  Route,
  ServiceName,
  ShardWork,
  WatchHandlers,
} from "./port.ts";
export { route } from "./route.ts";
