import type { KeyPair } from "@evenkeel/certificates";

/** Where one cluster is served, under the name that its context gets. */
export interface ServedAt {
  readonly name: string;
  /** `https://127.0.0.1:PORT/clusters/NAME` */
  readonly server: string;
}

export interface KubeconfigParts {
  readonly clusters: readonly ServedAt[];
  readonly caCert: string;
  readonly user: { readonly name: string; readonly pair: KeyPair };
}

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

/** A kubeconfig with everything inline and a context for each cluster (the first is current), as JSON, which is YAML. */
export const kubeconfigOf = ({ clusters, caCert, user }: KubeconfigParts): string => {
  const document = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": clusters[0]?.name ?? "",
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: user.name } })),
    clusters: clusters.map(({ name, server }) => ({
      name,
      cluster: { server, "certificate-authority-data": base64(caCert) },
    })),
    users: [
      {
        name: user.name,
        user: { "client-certificate-data": base64(user.pair.cert), "client-key-data": base64(user.pair.key) },
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};
