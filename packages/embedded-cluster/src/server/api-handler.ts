import { actingUser, authorize } from "./access.ts";
import type { Call, ClusterState } from "./cluster-state.ts";
import type { ApiAnswer, ApiHandler, ApiRequest, ApiUser } from "./exchange.ts";
import { handlePath } from "./handle-path.ts";
import { handleResource } from "./handle-resource.ts";
import { pageNotFound, refused } from "./plain-answer.ts";
import { type ResourcePath, resourcePath, selectedNameIn, verbOf } from "./request-info.ts";
import { ApiRefusal, badRequest, internalError, methodNotAllowed, noSuchResource, notFound } from "./status.ts";
import { withoutKubelet } from "./without-kubelet.ts";

interface Parsed {
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly path: string;
}

const parsePath = (path: string): Parsed => {
  const mark = path.indexOf("?");
  const bare = mark < 0 ? path : path.slice(0, mark);
  const segments = bare.split("/").filter((segment) => segment !== "");
  return {
    segments: segments.map((segment) => decodeURIComponent(segment)),
    query: new URLSearchParams(mark < 0 ? "" : path.slice(mark + 1)),
    path: bare,
  };
};

/** Verbs of the whole collection, which exist only inside a namespace where the kind is namespaced. */
const NEEDS_NAMESPACE: ReadonlySet<string> = new Set(["create", "deletecollection"]);
const SUBRESOURCE_VERBS: ReadonlySet<string> = new Set(["get", "update", "patch"]);
const FINALIZE_VERBS: ReadonlySet<string> = new Set(["update"]);

const callFor = (
  cluster: ClusterState,
  request: ApiRequest,
  user: ApiUser,
  target: ResourcePath,
  query: URLSearchParams,
): Call | undefined => {
  const kind = cluster.catalogue.find(target.group, target.version, target.plural);
  if (kind === undefined || target.tooLong) return undefined;
  const isKnownSubresource =
    target.subresource === "" ||
    (kind.subresources as readonly string[]).includes(target.subresource) ||
    (kind.kind === "Namespace" && kind.group === "" && target.subresource === "finalize");
  if (!isKnownSubresource) return undefined;
  if (kind.namespaced && target.namespace === "" && target.name !== "") return undefined;
  if (!kind.namespaced && target.namespace !== "" && kind.plural !== "namespaces") return undefined;
  return {
    cluster,
    request,
    query,
    kind,
    resource: { group: kind.group, plural: kind.plural },
    namespace: kind.namespaced ? target.namespace : "",
    name: target.name,
    subresource: target.subresource,
    user,
    warnings: [],
  };
};

/** Why the resource cannot be asked for this; undefined when it can. Custom resources are routed by other code. */
const misrouted = (call: Call, verb: string): ApiAnswer | undefined => {
  const isCustom = call.cluster.catalogue.isCustom(call.kind);
  const notAllowed = (): ApiAnswer => refused(methodNotAllowed());
  if (call.subresource !== "") {
    const verbs = call.subresource === "finalize" ? FINALIZE_VERBS : SUBRESOURCE_VERBS;
    return verbs.has(verb) ? undefined : notAllowed();
  }
  const lacksNamespace = call.kind.namespaced && call.namespace === "";
  if (NEEDS_NAMESPACE.has(verb) && lacksNamespace) return isCustom ? pageNotFound() : notAllowed();
  if (verb === "create" && call.name !== "" && !isCustom) return notAllowed();
  if (["update", "patch"].includes(verb) && call.name === "") {
    return isCustom ? refused(badRequest("name must be provided")) : notAllowed();
  }
  // A custom kind whose definition is being deleted shows fewer verbs; only creating is refused then, later and in other words.
  return verb !== "" && (isCustom || call.kind.verbs.includes(verb)) ? undefined : notAllowed();
};

const unknownTarget = (cluster: ClusterState, target: ResourcePath): ApiAnswer => {
  const { group, name, plural, subresource, version } = target;
  const kubelets = withoutKubelet(cluster, target);
  if (kubelets !== undefined) return refused(kubelets);
  const kind = cluster.catalogue.find(group, version, plural);
  if (kind !== undefined && cluster.catalogue.isCustom(kind)) {
    return subresource === "" ? pageNotFound() : refused(notFound({ group, plural }, name));
  }
  return cluster.catalogue.isBuiltinGroup(group) ? refused(noSuchResource()) : pageNotFound();
};

const handleTarget = (
  cluster: ClusterState,
  request: ApiRequest,
  target: ResourcePath,
  query: URLSearchParams,
): ApiAnswer => {
  const verb = verbOf(request.method, target, query);
  const { group, namespace, plural, subresource } = target;
  const name = target.name === "" && ["list", "watch"].includes(verb) ? selectedNameIn(query) : target.name;
  const asked = { user: request.user, verb, group, resource: plural, subresource, namespace, name };
  const user = actingUser(cluster, asked, request.headers);
  authorize(cluster, { ...asked, user });
  const call = callFor(cluster, request, user, target, query);
  if (call === undefined) return unknownTarget(cluster, target);
  const refusal = misrouted(call, verb);
  if (refusal !== undefined) return refusal;
  try {
    return handleResource(call, verb);
  } catch (error) {
    if (error instanceof ApiRefusal) return refused(error, call.warnings);
    throw error;
  }
};

const handle = (cluster: ClusterState, request: ApiRequest): ApiAnswer => {
  const { path, query, segments } = parsePath(request.path);
  const target = resourcePath(segments);
  if (target !== undefined) return handleTarget(cluster, request, target, query);
  const nowhere = { group: "", resource: "", subresource: "", namespace: "", name: "" };
  const asked = { user: request.user, verb: request.method.toLowerCase(), ...nowhere, nonResourcePath: path };
  const user = actingUser(cluster, asked, request.headers);
  authorize(cluster, { ...asked, user });
  return handlePath(cluster, request, segments);
};

/** The API of a cluster: every request gets an answer, a bug among us a 500 that names it. */
export const apiHandler =
  (cluster: ClusterState): ApiHandler =>
  async (request) => {
    try {
      return handle(cluster, request);
    } catch (error) {
      if (error instanceof ApiRefusal) return refused(error);
      if (error instanceof URIError) return refused(new ApiRefusal(400, "BadRequest", error.message));
      return refused(internalError(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    }
  };
