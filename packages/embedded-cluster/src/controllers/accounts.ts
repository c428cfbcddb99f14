import type { LiveObject } from "../json.ts";
import { create, resources } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { isEnding } from "./pods.ts";
import type { View } from "./view.ts";
import { textAt } from "../reading.ts";

const ROOT_CA = "kube-root-ca.crt";

/** Every namespace has the account `default`. */
export const decideAccount = (namespace: LiveObject, view: View): Decision => {
  const name = textAt(namespace.metadata, "name");
  if (isEnding(namespace) || view.read(resources.serviceAccounts, name, "default") !== undefined) return { writes: [] };
  return { writes: [create(resources.serviceAccounts, name, { metadata: { name: "default" } })] };
};

/** Every namespace has the authority that signed the server's certificate. */
export const decideRootCa = (namespace: LiveObject, caCert: string, view: View): Decision => {
  const name = textAt(namespace.metadata, "name");
  if (isEnding(namespace) || view.read(resources.configMaps, name, ROOT_CA) !== undefined) return { writes: [] };
  const annotations = {
    "kubernetes.io/description":
      "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
  };
  return {
    writes: [
      create(resources.configMaps, name, { metadata: { name: ROOT_CA, annotations }, data: { "ca.crt": caCert } }),
    ],
  };
};
