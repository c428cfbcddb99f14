import { closed, documentOf, flag, oneFieldOf, secretKey, text } from "./fragments.ts";

/** A cluster that applications may target by its labels. */
export const clusterSchema = documentOf(
  "Cluster",
  closed(
    {
      connection: oneFieldOf(
        {
          context: { ...text, description: "A context of the operator's kubeconfig (--kubeconfig)." },
          kubeconfigSecretRef: secretKey,
          inCluster: closed({}, [], "The cluster that the service itself runs in."),
          spoke: closed({}, [], "The cluster dials out to the hub."),
        },
        "exactly one of context, kubeconfigSecretRef, inCluster and spoke",
        "How the cluster is reached. Whoever connects must be allowed to get the namespace kube-system, by which a cluster is known, over connections that last for more than one request.",
      ),
      tenancy: closed(
        {
          allowConnectionIdentity: {
            ...flag,
            description: "Applications without a serviceAccount act as the connection's own identity; default false.",
          },
        },
        [],
        "Whom applications act as.",
      ),
    },
    ["connection"],
  ),
  "A Kubernetes cluster; its labels are what applications select.",
);
