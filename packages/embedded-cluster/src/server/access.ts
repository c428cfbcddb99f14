import type { Call, ClusterState } from "./cluster-state.ts";
import type { ApiUser } from "./exchange.ts";
import type { AccessQuestion } from "./hooks.ts";
import { ApiRefusal } from "./status.ts";

const quoted = (text: string): string => JSON.stringify(text);

/** The server's 403 to a question that was answered no. */
const refusal = (question: AccessQuestion): ApiRefusal => {
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
  if (!cluster.authorize(question)) throw refusal(question);
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

/** Who acts: the front's user, or whom the Impersonate headers name, if the authorizer lets that be done. */
export const actingUser = (
  cluster: ClusterState,
  user: ApiUser,
  headers: Readonly<Record<string, string>>,
): ApiUser => {
  const name = headers["impersonate-user"];
  const asked = headers["impersonate-group"];
  const asksGroups = asked === undefined || asked === "" ? [] : asked.split(",").map((group) => group.trim());
  if (name === undefined || name === "") {
    if (asksGroups.length > 0 || headers["impersonate-uid"] !== undefined) {
      throw new ApiRefusal(
        500,
        "InternalError",
        `Internal error occurred: requested [${asksGroups.map((group) => `{Group  ${group}    }`).join(" ")}] without impersonating a user`,
        { causes: [{ message: `requested without impersonating a user` }] },
      );
    }
    return user;
  }
  const account = SERVICE_ACCOUNT.exec(name);
  const question = { user, verb: "impersonate", group: "", subresource: "" };
  if (account === null) authorize(cluster, { ...question, resource: "users", namespace: "", name });
  else {
    authorize(cluster, {
      ...question,
      resource: "serviceaccounts",
      namespace: account[1] ?? "",
      name: account[2] ?? "",
    });
  }
  for (const group of asksGroups) authorize(cluster, { ...question, resource: "groups", namespace: "", name: group });
  const groups = asksGroups.length > 0 ? asksGroups : accountGroups(name);
  const authenticated = name === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  return { name, groups: [...new Set([...groups, authenticated])] };
};
