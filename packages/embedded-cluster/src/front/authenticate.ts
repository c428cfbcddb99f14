import type { PeerCertificate } from "node:tls";

import type { ApiUser } from "../server/exchange.ts";

/** What a connection proved by its client certificate. */
export type Presented =
  | { readonly kind: "none" }
  | { readonly kind: "bad" }
  | { readonly kind: "user"; readonly user: ApiUser };

export interface AuthenticationRules {
  readonly tokens: ReadonlyMap<string, ApiUser>;
  /** What a request without any credentials may see: nothing, or whatever the authorizer lets `system:anonymous` do. */
  readonly anonymous: "refused" | "allowed";
}

const ANONYMOUS: ApiUser = { name: "system:anonymous", groups: ["system:unauthenticated"] };
/** Open to all on a real server too (ClusterRole system:public-info-viewer). */
const PUBLIC = /^\/(?:healthz|livez|readyz|version)(?:[/?]|$)/;

const authenticated = (user: ApiUser): ApiUser =>
  user.groups.includes("system:authenticated")
    ? user
    : { name: user.name, groups: [...user.groups, "system:authenticated"] };

const all = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** The user of a client certificate: its common name, and its organisations as groups. */
export const presentedBy = (certificate: PeerCertificate, isTrusted: boolean): Presented => {
  const subject = certificate.subject as Partial<Record<string, string | readonly string[]>> | undefined;
  if (subject === undefined) return { kind: "none" };
  const [name] = all(subject["CN"]);
  if (!isTrusted || name === undefined) return { kind: "bad" };
  return { kind: "user", user: authenticated({ name, groups: all(subject["O"]) }) };
};

/** Who asks; `undefined` is a 401: wrong credentials, or none where some are needed. */
export const authenticate = (
  presented: Presented,
  authorization: string | undefined,
  path: string,
  rules: AuthenticationRules,
): ApiUser | undefined => {
  if (presented.kind === "user") return presented.user;
  const token = /^bearer +(\S+)$/i.exec(authorization?.trim() ?? "")?.[1];
  const bearer = token === undefined ? undefined : rules.tokens.get(token);
  if (bearer !== undefined) return authenticated(bearer);
  if (presented.kind === "bad" || token !== undefined) return undefined;
  return rules.anonymous === "allowed" || PUBLIC.test(path) ? ANONYMOUS : undefined;
};
