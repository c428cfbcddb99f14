import type { KubeObject } from "@evenkeel/resource";

// For tests only: the smallest object that a unit may have.

export const configMap = (name: string, data: Readonly<Record<string, string>> = { a: "1" }): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { ...data },
});

/** One that says whose it is. */
export const configMapBy = (name: string, by = "1"): KubeObject => configMap(name, { by });
