import { type ShardCounts, smallProfile } from "@evenkeel/contracts";

import { migratePermissions, permissionsOf, type Permissions } from "./permissions.ts";
import type { ServiceName } from "./port.ts";

export interface NatsUsers {
  /** Public nkeys; a service may have several (instances, rotation). */
  readonly services: readonly { readonly name: ServiceName; readonly publicKey: string }[];
  readonly migrate: string;
  readonly counts?: ShardCounts;
}

/** The accounts of a server configuration: one account for the hub's services, each with exactly its permissions. */
export const natsAuthorization = ({ services, migrate, counts = smallProfile }: NatsUsers): string => {
  const users = [
    ...services.map(({ name, publicKey }) => user(name, publicKey, permissionsOf(name, counts))),
    user("migrate", migrate, migratePermissions),
  ];
  return [
    "accounts {",
    "  EVENKEEL {",
    "    jetstream: enabled",
    "    users: [",
    ...users,
    "    ]",
    "  }",
    "  SYS {}",
    "}",
    "system_account: SYS",
    "",
  ].join("\n");
};

const user = (name: string, publicKey: string, { publish, subscribe }: Permissions): string =>
  [
    `      # ${name}`,
    "      {",
    `        nkey: ${publicKey}`,
    "        permissions {",
    `          publish: { allow: [${list(publish)}] }`,
    `          subscribe: { allow: [${list(subscribe)}] }`,
    "        }",
    "      }",
  ].join("\n");

const list = (subjects: readonly string[]): string =>
  subjects.map((subject) => `\n            ${JSON.stringify(subject)}`).join("") + "\n          ";
