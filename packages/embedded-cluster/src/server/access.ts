import type { Call, ClusterState } from "./cluster-state.ts";
import type { ApiUser } from "./exchange.ts";
import type { AccessQuestion } from "./hooks.ts";
import { ApiRefusal, badRequest } from "./status.ts";

const quoted = (text: string): string => JSON.stringify(text);

/** The server's 403 to a question that was answered no. */
export const accessRefusal = (question: AccessQuestion): ApiRefusal => {
  const { group, name, namespace, nonResourcePath, resource, subresource, user, verb } = question;
  if (nonResourcePath !== undefined) {
    const message = `User ${quoted(user.name)} cannot ${verb} path ${quoted(nonResourcePath)}`;
    return new ApiRefusal(403, "Forbidden", `forbidden: ${message}`, {});
  }
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${quoted(namespace)}`;
  const message = `User ${quoted(user.name)} cannot ${verb} resource ${quoted(full)} in API group ${quoted(group)} ${where}`;
  const subject = group === "" ? resource : `${resource}.${group}`;
  const head = name === "" ? `${subject} is forbidden` : `${subject} ${quoted(name)} is forbidden`;
  return new ApiRefusal(403, "Forbidden", `${head}: ${message}`, { name, group, kind: resource });
};

/** Asks the cluster's authorizer. Throws the server's 403. */
export const authorize = (cluster: ClusterState, question: AccessQuestion): void => {
  if (!cluster.authorize(question)) throw accessRefusal(question);
};

/** A write that turns out to create needs the right to create. */
export const authorizeCreate = (call: Call): void =>
  authorize(call.cluster, {
    user: call.user,
    verb: "create",
    group: call.kind.group,
    resource: call.kind.plural,
    subresource: call.subresource,
    namespace: call.namespace,
    name: call.name,
  });

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

const accountGroups = (user: string): readonly string[] => {
  const namespace = SERVICE_ACCOUNT.exec(user)?.[1];
  return namespace === undefined
    ? []
    : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
};

/** `Impersonate-Group` may be sent several times; the front joins them. */
const groupsIn = (headers: Readonly<Record<string, string>>): readonly string[] => {
  const asked = headers["impersonate-group"] ?? "";
  return asked === "" ? [] : asked.split(",").map((group) => group.trim());
};

/** What the caller must be allowed to do to act as another. */
const impersonations = (user: ApiUser, name: string, groups: readonly string[]): readonly AccessQuestion[] => {
  const question = { user, verb: "impersonate", group: "", subresource: "", namespace: "" };
  const account = SERVICE_ACCOUNT.exec(name);
  const asUser: AccessQuestion =
    account === null
      ? { ...question, resource: "users", name }
      : { ...question, resource: "serviceaccounts", namespace: account[1] ?? "", name: account[2] ?? "" };
  return [asUser, ...groups.map((group): AccessQuestion => ({ ...question, resource: "groups", name: group }))];
};

/** Who acts: the front's user, or whom the Impersonate headers name, if the authorizer lets that be done. `target` is what is asked for. */
export const actingUser = (
  cluster: ClusterState,
  target: AccessQuestion,
  headers: Readonly<Record<string, string>>,
): ApiUser => {
  const { user } = target;
  const name = headers["impersonate-user"] ?? "";
  const asked = groupsIn(headers);
  if (name === "") {
    if (asked.length > 0) throw badRequest("groups are requested without impersonating a user name");
    return user;
  }
  if (!impersonations(user, name, asked).every((question) => cluster.authorize(question))) {
    // The refusal is that of the narrower right, which the server asks for last.
    const kind = SERVICE_ACCOUNT.test(name) ? "serviceaccount" : "user-info";
    throw accessRefusal({ ...target, verb: `impersonate-on:${kind}:${target.verb}` });
  }
  const groups = asked.length > 0 ? asked : accountGroups(name);
  const authenticated = name === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  return { name, groups: [...new Set([...groups, authenticated])] };
};
