/** The read of the namespace whose UID is the cluster's. */
export const WHO = { method: "GET", path: "/api/v1/namespaces/kube-system" } as const;

/** The same, as errors name it. */
export const WHO_ASKED = `${WHO.method} ${WHO.path}`;
