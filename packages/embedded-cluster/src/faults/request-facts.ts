import type { ApiRequest } from "../server/exchange.ts";
import { resourcePath, verbOf } from "../server/request-info.ts";

/** What a rule may look at. */
export interface RequestFacts {
  /** get, list, watch, create, update, patch, delete, deletecollection; `discovery` and `other` for paths without a resource. */
  readonly verb: string;
  readonly group: string;
  /** The name in the path: `deployments`. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  readonly userAgent: string;
  readonly fieldManager: string;
  readonly dryRun: boolean;
  /** `METHOD /path`, without the query. */
  readonly title: string;
}

/** Every member given must hold; lists mean one of them. */
export interface RequestMatch {
  readonly verbs?: readonly string[];
  readonly group?: string;
  readonly resources?: readonly string[];
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly user?: string;
  /** A part of it is enough. */
  readonly userAgent?: string;
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

/** What cannot be decoded is refused by the cluster, not here. */
const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const DISCOVERY = /^\/apis?(?:\/|$)/;

export const factsOf = (request: ApiRequest): RequestFacts => {
  const [path = "/", search = ""] = request.path.split("?", 2);
  const query = new URLSearchParams(search);
  const resource = resourcePath(
    path
      .split("/")
      .filter((segment) => segment !== "")
      .map(decoded),
  );
  return {
    verb:
      resource === undefined ? (DISCOVERY.test(path) ? "discovery" : "other") : verbOf(request.method, resource, query),
    group: resource?.group ?? path.split("/")[2] ?? "",
    resource: resource?.plural ?? "",
    subresource: resource?.subresource ?? "",
    namespace: resource?.namespace ?? "",
    name: resource?.name ?? "",
    user: request.headers["impersonate-user"] ?? request.user.name,
    userAgent: request.headers["user-agent"] ?? "",
    fieldManager: query.get("fieldManager") ?? "",
    dryRun: query.has("dryRun"),
    title: `${request.method} ${path}`,
  };
};

const isOneOf = (wanted: readonly string[] | undefined, value: string): boolean =>
  wanted === undefined || wanted.includes(value);
const is = <T>(wanted: T | undefined, value: T): boolean => wanted === undefined || wanted === value;

export const matches = (match: RequestMatch, facts: RequestFacts): boolean =>
  isOneOf(match.verbs, facts.verb) &&
  is(match.group, facts.group) &&
  isOneOf(match.resources, facts.resource) &&
  is(match.subresource, facts.subresource) &&
  is(match.namespace, facts.namespace) &&
  is(match.name, facts.name) &&
  is(match.user, facts.user) &&
  (match.userAgent === undefined || facts.userAgent.includes(match.userAgent)) &&
  is(match.fieldManager, facts.fieldManager) &&
  is(match.dryRun, facts.dryRun);
