import type { KindStrategy } from "./kind-strategy.ts";
import { configMap } from "./core/config-map.ts";
import { namespace } from "./core/namespace.ts";
import { secret } from "./core/secret.ts";
import { serviceAccount } from "./core/service-account.ts";

/** What the API server does to objects of the built-in kinds beside workloads, by `group/Kind`. */
export const coreStrategies: Readonly<Record<string, KindStrategy>> = {
  "/ConfigMap": configMap,
  "/Namespace": namespace,
  "/Secret": secret,
  "/ServiceAccount": serviceAccount,
};
