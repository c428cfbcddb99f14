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

/** VERSION or GROUP/VERSION: with more in it the ref of one object could be written like that of another. */
export const isApiVersion = (apiVersion: string): boolean => {
  const slash = apiVersion.indexOf("/");
  const group = apiVersion.slice(0, Math.max(slash, 0));
  return (
    DNS_LABEL.test(apiVersion.slice(slash + 1)) && (slash < 0 || (group.length <= 253 && DNS_SUBDOMAIN.test(group)))
  );
};

/** As the server checks the kind of a definition: a label, in capitals or not. */
export const isKind = (kind: string): boolean =>
  kind.length <= 63 && DNS_LABEL.test(kind.toLowerCase()) && /^[A-Za-z0-9-]+$/.test(kind);

export const isNamespaceName = (name: string): boolean => name.length <= 63 && DNS_LABEL.test(name);
