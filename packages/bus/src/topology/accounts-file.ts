import type { ShardCounts } from "@evenkeel/contracts";
import { serviceNames } from "@evenkeel/contracts";

import { natsAuthorization } from "./nats-authorization.ts";

/** The profiles that deploy/nats has files for. */
export const profiles = {
  small: { partitions: 8, sourceShards: 4 },
  scaled: { partitions: 32, sourceShards: 16 },
} as const satisfies Record<string, ShardCounts>;

/** The variable of the server's environment that holds a user's public key. */
export const keyVariable = (name: string): string => `EVENKEEL_NKEY_${name.toUpperCase().replaceAll("-", "_")}`;

/** Accounts and permissions of a profile, the keys left to the server's environment: what is committed in deploy/nats. */
export const accountsFile = (profile: keyof typeof profiles): string =>
  [
    "# Made by deploy/nats/generate.ts from packages/bus/src/topology/permissions.ts. DO NOT EDIT.",
    natsAuthorization({
      services: serviceNames.map((name) => ({ name, publicKey: `$${keyVariable(name)}` })),
      migrate: `$${keyVariable("migrate")}`,
      counts: profiles[profile],
    }),
  ].join("\n");
