const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const PATH_SEGMENT = /^(?!\.{1,2}$)[^/%]+$/;

/** Groups whose names need only be one segment of a URL (`system:node`); all others are DNS subdomains. */
const FREE_NAMES: ReadonlySet<string> = new Set([
  "rbac.authorization.k8s.io",
  "authorization.openshift.io",
  "user.openshift.io",
  "networking.k8s.io/IPAddress",
]);

/** True for a name that the API server can take for this kind. */
export const isObjectName = (group: string, kind: string, name: string): boolean =>
  name.length <= 253 &&
  (FREE_NAMES.has(group) || FREE_NAMES.has(`${group}/${kind}`) ? PATH_SEGMENT : DNS_SUBDOMAIN).test(name);

export const isNamespaceName = (name: string): boolean => name.length <= 63 && DNS_LABEL.test(name);
