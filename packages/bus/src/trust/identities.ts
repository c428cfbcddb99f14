import type { ServiceName, ShardCounts } from "@evenkeel/contracts";
import { serviceNames } from "@evenkeel/contracts";
import type { Rng } from "@evenkeel/machine";

import type { BusConfig } from "../bus-config.ts";
import { natsAuthorization } from "../topology/nats-authorization.ts";
import { createRecordKey, createServiceKey, type ServiceKey } from "./service-key.ts";
import { type TrustBundle, trustBundleOf } from "./trust.ts";

/** The keys of one installation, and what follows from them. */
export interface Identities {
  readonly keys: Readonly<Record<ServiceName, ServiceKey>>;
  readonly migrate: ServiceKey;
  /** For the applier and the drift-detector. */
  readonly recordKey: string;
  readonly trust: TrustBundle;
  /** What a service comes in with. */
  readonly loginOf: (service: ServiceName) => Pick<BusConfig, "seed" | "service" | "trust">;
  /** Accounts and users for the server's configuration. */
  readonly authorization: string;
}

/** New keys for all services of one installation; by `rng` they are the same again, for simulations alone. */
export const createIdentities = (counts?: ShardCounts, rng?: Pick<Rng, "bytes">): Identities => {
  const keys = Object.fromEntries(serviceNames.map((name) => [name, createServiceKey(rng)])) as Record<
    ServiceName,
    ServiceKey
  >;
  const migrate = createServiceKey(rng);
  const services = serviceNames.map((name) => ({ name, publicKey: keys[name].publicKey }));
  const authorization = natsAuthorization({ services, migrate: migrate.publicKey, ...(counts && { counts }) });
  const trust = trustBundleOf([...services, { name: "migrate", publicKey: migrate.publicKey }]);
  return {
    keys,
    migrate,
    recordKey: createRecordKey(rng),
    trust,
    loginOf: (service) => ({ service, seed: keys[service].seed, trust }),
    authorization,
  };
};
