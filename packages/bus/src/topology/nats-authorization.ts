import { serviceNames, smallProfile, type ShardCounts } from "@evenkeel/contracts";
import type { ServiceName } from "@evenkeel/contracts";

import { isWithin } from "./bucket-writers.ts";
import { migratePermissions, permissionsOf, type Permissions } from "./permissions.ts";

export interface NatsUsers {
  /** Public nkeys; a service may have several (instances, rotation). */
  readonly services: readonly { readonly name: ServiceName; readonly publicKey: string }[];
  readonly migrate: string;
  readonly counts?: ShardCounts;
}

/** The account that holds every stream. */
const HUB = "EVENKEEL";

const accountOf = (service: ServiceName): string => service.toUpperCase().replaceAll("-", "_");

/** What a service's account takes over the wall: the requests it may make, and what is delivered to its inboxes. */
interface Crossing {
  readonly requests: readonly string[];
  readonly inboxes: readonly string[];
}

/** All that a service may publish, but for what never leaves its own account. A request that two imports match is made twice. */
const crossingOf = ({ publish, subscribe }: Permissions): Crossing => {
  const requests = [...new Set(publish)].filter((subject) => !subscribe.includes(subject));
  return {
    requests: requests.filter((subject) => !requests.some((other) => other !== subject && isWithin(subject, other))),
    inboxes: subscribe.filter((subject) => !publish.includes(subject)),
  };
};

/**
 * The accounts of a server configuration. JetStream has an account of its own, and so has each service: a reply or
 * delivery subject that a request names is one of the asker's own account, where no stream listens. What is not
 * exported to a service does not exist for it.
 */
export const natsAuthorization = ({ services, migrate, counts = smallProfile }: NatsUsers): string => {
  const names = serviceNames.filter((name) => services.some((each) => each.name === name));
  const crossings = new Map(names.map((name) => [name, crossingOf(permissionsOf(name, counts))] as const));
  const keysOf = (name: ServiceName) => services.filter((each) => each.name === name).map(({ publicKey }) => publicKey);
  return [
    "accounts {",
    `  ${HUB} {`,
    "    jetstream: enabled",
    "    users: [",
    user("migrate", migrate, migratePermissions),
    "    ]",
    "    exports: [",
    ...exportsTo(crossings),
    "    ]",
    "  }",
    ...names.flatMap((name) => [
      `  ${accountOf(name)} {`,
      "    users: [",
      ...keysOf(name).map((publicKey) => user(name, publicKey, permissionsOf(name, counts))),
      "    ]",
      "    imports: [",
      ...importsOf(crossings.get(name)),
      "    ]",
      "  }",
    ]),
    "  SYS {}",
    "}",
    "system_account: SYS",
    "",
  ].join("\n");
};

/** A pull is answered by many messages, any other request by one. */
const isAnsweredOften = (subject: string): boolean => subject.startsWith("$JS.API.CONSUMER.MSG.NEXT.");

const exportsTo = (crossings: ReadonlyMap<ServiceName, Crossing>): readonly string[] => {
  const lines = (kind: "service" | "stream", subjectsOf: (crossing: Crossing) => readonly string[]): string[] => {
    const accounts = new Map<string, string[]>();
    for (const [name, crossing] of crossings) {
      for (const subject of subjectsOf(crossing)) {
        accounts.set(subject, [...(accounts.get(subject) ?? []), accountOf(name)]);
      }
    }
    return [...accounts].map(([subject, to]) => {
      const often = kind === "service" && isAnsweredOften(subject) ? ", response_type: stream" : "";
      return `      { ${kind}: ${JSON.stringify(subject)}${often}, accounts: [${to.join(", ")}] }`;
    });
  };
  return [...lines("service", ({ requests }) => requests), ...lines("stream", ({ inboxes }) => inboxes)];
};

const importsOf = ({ requests, inboxes }: Crossing = { requests: [], inboxes: [] }): readonly string[] => {
  const line = (kind: "service" | "stream") => (subject: string) =>
    `      { ${kind}: { account: ${HUB}, subject: ${JSON.stringify(subject)} } }`;
  return [...requests.map(line("service")), ...inboxes.map(line("stream"))];
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
